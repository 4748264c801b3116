-- A laptop's database may go on as another device: out of a backup, or because a copy of it was found out. Its journal
-- then begins anew, and the earlier entries stand among those of others, where the tables are made of them.

-- What this installation was before, in order.
CREATE TABLE life (
    turn   INTEGER PRIMARY KEY,
    device INTEGER NOT NULL UNIQUE,                   -- the 30 bits of its code
    key    BLOB NOT NULL CHECK (length(key) = 32),    -- public
    number INTEGER NOT NULL,                          -- entries 1 … number are in foreign_entry; those behind were written again
    chain  BLOB NOT NULL CHECK (length(chain) = 32),  -- chain(number)
    why    TEXT NOT NULL,                             -- restored, copied, code-taken
    at     INTEGER NOT NULL                           -- when it ended: UTC seconds by this laptop's clock
) STRICT;

-- Only a device that has become a past life leaves the journal.
DROP TRIGGER journal_is_never_removed;
CREATE TRIGGER journal_is_never_removed BEFORE DELETE ON journal
WHEN NOT EXISTS (SELECT 1 FROM laptop JOIN life ON life.device = laptop.device)
BEGIN SELECT raise(ABORT, 'the journal is never shortened'); END;

-- What receipts said of entries of past lives.
CREATE TABLE past_disposition (
    entry    INTEGER PRIMARY KEY,                     -- address
    state    TEXT NOT NULL,                           -- flagged, returned, conflict
    findings TEXT NOT NULL,                           -- JSON array as the receipt told it
    at       INTEGER NOT NULL                         -- the registry's UTC seconds
) STRICT;

-- Where the turn of the entry that decided lies: what this installation wrote in a past life behind it answers it.
ALTER TABLE decision ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;

-- The same thing under several addresses (sync/journal/twin.h); made again by a rebuild.
CREATE TABLE twin (
    entry  INTEGER PRIMARY KEY,                       -- address
    origin INTEGER NOT NULL,                          -- where it was written first
    hash   BLOB NOT NULL CHECK (length(hash) = 32),   -- of its origin form
    stands INTEGER NOT NULL                           -- the address under which it was projected
) STRICT;
CREATE INDEX twin_of_origin ON twin (origin, hash);
