-- What must never be lost. Everything in the later migrations can be made again from these two tables, or is
-- about how far the registry has followed.

-- This installation: one row.
CREATE TABLE laptop (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    device   INTEGER NOT NULL,                                -- the 30 bits of the device code
    key      BLOB NOT NULL CHECK (length(key) = 32),          -- public; the secret lies in a file beside the database
    country  TEXT NOT NULL,                                   -- profile, ISO 3166-1 alpha-2 or XX
    name     TEXT NOT NULL,                                   -- as `init --name` gave it
    training INTEGER NOT NULL CHECK (training IN (0, 1)),     -- 1: made by `demo`; only a training registry takes it
    made_at  INTEGER NOT NULL                                 -- UTC seconds by this laptop's clock
) STRICT;

-- The entries in the order in which they were written: the truth.
CREATE TABLE journal (
    number INTEGER PRIMARY KEY CHECK (number > 0),            -- counts from 1 without gaps
    bytes  TEXT NOT NULL,                                     -- the exact line, without line break
    chain  BLOB NOT NULL CHECK (length(chain) = 32)           -- chain(number)
) STRICT;

CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
BEGIN SELECT raise(ABORT, 'the journal is never changed'); END;
CREATE TRIGGER journal_is_never_removed BEFORE DELETE ON journal
BEGIN SELECT raise(ABORT, 'the journal is never shortened'); END;
