-- Made from the journal and made again by a rebuild, except `finding`, which a rebuild leaves alone.

-- The words that search finds a record by: folded words ("keita"); with '~' in front their spelling keys; and
-- with '=' a field's name and its whole folded value ("=licence_no aml 17"). By record, so that a word of a
-- candidate is looked up in one place and new records go to the end.
CREATE TABLE word (
    record INTEGER NOT NULL,                      -- id
    word   TEXT NOT NULL,
    entity INTEGER NOT NULL,                      -- enum entity_id
    PRIMARY KEY (record, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX word_leads_to ON word (entity, word, record);

-- Which entries changed a record after the one that added it, for its history; record 0 for entries about the
-- laptop itself.
CREATE TABLE touch (
    record INTEGER NOT NULL,
    number INTEGER NOT NULL,                      -- of the entry
    PRIMARY KEY (record, number)
) STRICT, WITHOUT ROWID;

-- What the rules found when a record was last saved.
CREATE TABLE finding (
    record INTEGER NOT NULL,
    rule   TEXT NOT NULL,
    level  TEXT NOT NULL CHECK (level IN ('confirm', 'flag')),
    field  TEXT,                                  -- NULL for the whole record
    text   TEXT NOT NULL,                         -- words for people
    why    TEXT,                                  -- the reason given, for a confirm
    PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
