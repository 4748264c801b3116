-- Made from the journal and made again by a rebuild.

-- The words that search finds a record by: folded words ("keita") and, with '~' in front, their spelling keys.
CREATE TABLE word (
    word   TEXT NOT NULL,
    entity INTEGER NOT NULL,                      -- enum entity_id
    record INTEGER NOT NULL,                      -- id
    PRIMARY KEY (word, entity, record)
) STRICT, WITHOUT ROWID;

-- Which entries touched a record, for its history.
CREATE TABLE touch (
    record INTEGER NOT NULL,
    number INTEGER NOT NULL,                      -- of the entry
    PRIMARY KEY (record, number)
) STRICT, WITHOUT ROWID;

-- What the rules found when a record was last saved.
CREATE TABLE finding (
    record INTEGER NOT NULL,
    rule   TEXT NOT NULL,
    level  TEXT NOT NULL,                         -- confirm, flag
    field  TEXT,
    text   TEXT NOT NULL,                         -- words for people
    why    TEXT,                                  -- the reason given, for a confirm
    PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
