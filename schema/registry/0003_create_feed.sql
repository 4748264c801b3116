-- What the registry tells the laptops, and what it must know to merge changes that meet. All of it but `code_file` is
-- made of the entries and of the devices' standing.

-- What touched a record after it was added, in the order in which it was taken in.
CREATE TABLE touch (
    record  INTEGER NOT NULL,                                -- id
    turn    INTEGER NOT NULL CHECK (turn > 0),               -- counts from 1 for each record
    entry   INTEGER NOT NULL,                                -- address
    base    INTEGER NOT NULL,                                -- the version that its author saw
    applied INTEGER NOT NULL CHECK (applied IN (0, 1)),      -- 0: a conflict, which changed nothing
    voids   INTEGER NOT NULL CHECK (voids IN (0, 1)),
    fields  TEXT NOT NULL,                                   -- names joined by ','
    PRIMARY KEY (record, turn)
) STRICT, WITHOUT ROWID;

-- The feed, in the order of reception. A laptop's place in it is the number of the last event that it was told.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY CHECK (seq > 0),             -- rises with every event; there is one writer at a time
    scope   TEXT NOT NULL,                                   -- who is told: a district's laptops, * all, @CODE one
    what    TEXT NOT NULL CHECK (what IN ('entry', 'revoked', 'file')),
    writer  INTEGER NOT NULL,                                -- the device that wrote the entry and is not told; 0
    entry   INTEGER NOT NULL,                                -- address of the entry, or 0
    subject INTEGER NOT NULL,                                -- the record it is about; the device revoked; or 0
    file    TEXT NOT NULL,                                   -- name of the replaced file, or ''
    at      INTEGER NOT NULL                                 -- UTC seconds: when it became known here
) STRICT;
CREATE INDEX event_of_scope ON event (scope, seq);
CREATE INDEX event_of_subject ON event (subject, seq);

-- Code lists, profiles, thresholds and prices that stand instead of the program's own.
CREATE TABLE code_file (
    name TEXT PRIMARY KEY,                                   -- district, threshold, price, profile …
    text TEXT NOT NULL,                                      -- the CSV file
    at   INTEGER NOT NULL                                    -- UTC seconds: when it was replaced
) STRICT;
