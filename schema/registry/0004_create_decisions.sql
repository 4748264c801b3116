-- What people at the ministry decided. All of it follows from the registry's own journal and from the changes that
-- laptops sent between its entries, and is made again by a rebuild.

-- What was decided last about a record; a record without a row stands as it was sent.
CREATE TABLE decision (
    id     INTEGER PRIMARY KEY,                              -- the record
    entity TEXT NOT NULL,                                    -- its kind
    state  TEXT NOT NULL CHECK (state IN ('accepted', 'returned', 'rejected', 'amended')), -- amended: by a laptop since
    entry  INTEGER NOT NULL                                  -- address of the decision
) STRICT;
CREATE INDEX decision_in_state ON decision (state);

-- Records that are of the same person as another one, which stays.
CREATE TABLE merged (
    id    INTEGER PRIMARY KEY,                               -- the record
    stays INTEGER NOT NULL,                                  -- the record that counts for both
    entry INTEGER NOT NULL                                   -- address of the decision
) STRICT;

-- Records that figures leave out, besides those that were voided.
CREATE VIEW uncounted (id) AS
SELECT id FROM decision WHERE state IN ('returned', 'rejected') UNION ALL SELECT id FROM merged;

-- Accounts of the ministry.
CREATE TABLE staff (
    login  TEXT PRIMARY KEY,                                 -- as --as names it
    name   TEXT NOT NULL,                                    -- of the person
    active INTEGER NOT NULL CHECK (active IN (0, 1)),        -- 1: may decide
    entry  INTEGER NOT NULL                                  -- address of what said so last
) STRICT;

-- The decisions about a record, all of them.
CREATE TABLE decided (
    record INTEGER NOT NULL,                                 -- its id
    entry  INTEGER NOT NULL,                                 -- address
    PRIMARY KEY (record, entry)
) STRICT, WITHOUT ROWID;

ALTER TABLE finding ADD COLUMN answered INTEGER NOT NULL DEFAULT 0; -- address of the decision or change that answered it; 0: open
ALTER TABLE finding ADD COLUMN rests_on TEXT;                -- of a rule over the whole registry: ids of the other records, joined by ','
CREATE INDEX finding_of_subject ON finding (subject);

-- Words by which rules over the whole registry find records that are alike.
CREATE TABLE likeness (
    key    TEXT NOT NULL,                                    -- name:sound keys, paper:number, licence:number
    record INTEGER NOT NULL,                                 -- its id
    PRIMARY KEY (key, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_of_record ON likeness (record);

-- How far those rules have gone: one row, or none.
CREATE TABLE reviewed (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    batch INTEGER NOT NULL                                   -- id of the last batch
) STRICT;
