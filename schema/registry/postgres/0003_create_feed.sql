-- As schema/registry/0003_create_feed.sql has it for SQLite; the comments there hold here too.

CREATE TABLE touch (
    record  BIGINT NOT NULL,                                           -- id
    turn    BIGINT NOT NULL CHECK (turn > 0),                          -- counts from 1 for each record
    entry   BIGINT NOT NULL,                                           -- address
    base    BIGINT NOT NULL,                                           -- the version that its author saw
    applied BIGINT NOT NULL CHECK (applied IN (0, 1)),                 -- 0: a conflict, which changed nothing
    voids   BIGINT NOT NULL CHECK (voids IN (0, 1)),
    fields  TEXT COLLATE "C" NOT NULL,                                 -- names joined by ','
    PRIMARY KEY (record, turn)
);

-- One in ten entries makes an event: the records that laptops share are few beside the returns.
CREATE TABLE event (
    seq     BIGINT PRIMARY KEY CHECK (seq > 0),                        -- rises with every event
    scope   TEXT COLLATE "C" NOT NULL,                                 -- who is told: a district's laptops, * all, @CODE one
    what    TEXT COLLATE "C" NOT NULL CHECK (what IN ('entry', 'revoked', 'file')),
    writer  BIGINT NOT NULL,                                           -- the device that wrote the entry and is not told; 0
    entry   BIGINT NOT NULL,                                           -- address of the entry, or 0
    subject BIGINT NOT NULL,                                           -- the record it is about; the device revoked; or 0
    file    TEXT COLLATE "C" NOT NULL,                                 -- name of the replaced file, or ''
    at      BIGINT NOT NULL                                            -- UTC seconds: when it became known here
);
CREATE INDEX event_of_scope ON event (scope, seq);
CREATE INDEX event_of_subject ON event (subject, seq);

CREATE TABLE code_file (
    name TEXT COLLATE "C" PRIMARY KEY,                                 -- district, threshold, price, profile …
    text TEXT COLLATE "C" NOT NULL,                                    -- the CSV file
    at   BIGINT NOT NULL                                               -- UTC seconds: when it was replaced
);
