-- schema/registry/0004_create_decisions.sql for PostgreSQL.

-- What people at the ministry decided. All of it follows from the registry's own journal and from the changes that
-- laptops sent between its entries, and is made again by a rebuild.

-- What was decided last about a record; a record without a row stands as it was sent.
CREATE TABLE decision (
    id     BIGINT PRIMARY KEY,                              -- the record
    entity TEXT COLLATE "C" NOT NULL,                                    -- its kind
    state  TEXT COLLATE "C" NOT NULL CHECK (state IN ('accepted', 'returned', 'rejected', 'amended')), -- amended: by a laptop since
    entry  BIGINT NOT NULL                                  -- address of the decision
);
CREATE INDEX decision_in_state ON decision (state);

-- Records that are of the same person as another one, which stays.
CREATE TABLE merged (
    id    BIGINT PRIMARY KEY,                               -- the record
    stays BIGINT NOT NULL,                                  -- the record that counts for both
    entry BIGINT NOT NULL                                   -- address of the decision
);

-- Records that figures leave out, besides those that were voided.
CREATE VIEW uncounted (id) AS
SELECT id FROM decision WHERE state IN ('returned', 'rejected') UNION ALL SELECT id FROM merged;

-- Accounts of the ministry.
CREATE TABLE staff (
    login  TEXT COLLATE "C" PRIMARY KEY,                                 -- as --as names it
    name   TEXT COLLATE "C" NOT NULL,                                    -- of the person
    active BIGINT NOT NULL CHECK (active IN (0, 1)),        -- 1: may decide
    entry  BIGINT NOT NULL                                  -- address of what said so last
);

-- The decisions about a record, all of them.
CREATE TABLE decided (
    record BIGINT NOT NULL,                                 -- its id
    entry  BIGINT NOT NULL,                                 -- address
    PRIMARY KEY (record, entry)
);

ALTER TABLE finding ADD COLUMN answered BIGINT NOT NULL DEFAULT 0; -- address of the decision or change that answered it; 0: open
ALTER TABLE finding ADD COLUMN rests_on TEXT COLLATE "C";                -- of a rule over the whole registry: ids of the other records, joined by ','
CREATE INDEX finding_of_subject ON finding (subject);

-- Words by which rules over the whole registry find records that are alike.
CREATE TABLE likeness (
    key    TEXT COLLATE "C" NOT NULL,                                    -- name:sound keys, paper:number, licence:number
    record BIGINT NOT NULL,                                 -- its id
    PRIMARY KEY (key, record)
);
CREATE INDEX likeness_of_record ON likeness (record);

-- How far those rules have gone: one row, or none.
CREATE TABLE reviewed (
    one   BIGINT PRIMARY KEY CHECK (one = 1),
    batch BIGINT NOT NULL                                   -- id of the last batch
);
