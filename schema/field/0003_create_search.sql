-- Made from the journal and made again by a rebuild, except `finding`, which a rebuild leaves alone.

-- What people call a record by, as a field's name and its whole folded value ("licence_no aml 17").
CREATE TABLE key (
    entity INTEGER NOT NULL,                      -- enum entity_id
    key    TEXT NOT NULL,
    record INTEGER NOT NULL,                      -- id
    PRIMARY KEY (entity, key, record)
) STRICT, WITHOUT ROWID;

-- The words that search finds a record by, rowid being its id: folded words ("keita"), with '~' in front their
-- spelling keys, and for things '@' and the number of their entity. Only the index is kept, not the text.
-- People have a table of their own, because there are so many more of them.
CREATE VIRTUAL TABLE person_word USING fts5(
    words, content = '', detail = none, columnsize = 0, prefix = '1 2 3', tokenize = "ascii tokenchars '~@'");
CREATE VIRTUAL TABLE thing_word USING fts5(
    words, content = '', detail = none, columnsize = 0, prefix = '1 2 3', tokenize = "ascii tokenchars '~@'");

-- Every word of letters that stands or stood in one of the two: what a beginning can go on to.
CREATE TABLE known_word (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

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
