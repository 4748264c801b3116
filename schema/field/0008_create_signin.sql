-- What is this laptop's alone: none of it is in the journal, a batch or an export.

-- Settings by name; what has no row has its default.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,                       -- idle_minutes, language …
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The officers who have a PIN. A rebuild leaves it alone.
CREATE TABLE pin (
    officer INTEGER PRIMARY KEY,                  -- id
    hash    TEXT NOT NULL,                        -- Argon2id of the PIN keyed with the secret beside the database
    secret  BLOB NOT NULL CHECK (length(secret) = 8), -- which secret: the beginning of its BLAKE2b hash
    wrong   INTEGER NOT NULL DEFAULT 0,           -- tries in a row that did not fit
    boot    TEXT NOT NULL DEFAULT '',             -- the machine's start in which the last of them was
    up_s    INTEGER NOT NULL DEFAULT 0            -- and how long after it: no clock that can be set
) STRICT;

-- Drafts are the person's who typed them.
ALTER TABLE draft RENAME TO draft_before;
CREATE TABLE draft (
    officer INTEGER NOT NULL,                     -- id of who was signed in; 0: nobody
    place TEXT NOT NULL,                          -- where it belongs: 'form:1', 'sheet:2026-11-23'
    at    INTEGER NOT NULL,                       -- UTC seconds by this laptop's clock
    text  TEXT NOT NULL,                          -- JSON, as the screen wrote it
    PRIMARY KEY (officer, place)
) STRICT, WITHOUT ROWID;
INSERT INTO draft (officer, place, at, text) SELECT 0, place, at, text FROM draft_before;
DROP TABLE draft_before;
