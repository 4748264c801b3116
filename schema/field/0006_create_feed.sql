-- What the registry told this laptop of others. Losing it costs the feed from its beginning, no data of this laptop's.

-- How far this laptop was told, and how far there was something to tell at the latest receipt.
ALTER TABLE link ADD COLUMN feed_after INTEGER NOT NULL DEFAULT 0;       -- "next" of the last page taken
ALTER TABLE link ADD COLUMN feed_incarnation TEXT NOT NULL DEFAULT '';   -- of the registry whose places these are
ALTER TABLE link ADD COLUMN feed_newest INTEGER NOT NULL DEFAULT 0;      -- "feed" of the latest receipt

-- Entries of other devices, the registry's decisions among them: with the journal, what the tables are made of.
CREATE TABLE foreign_entry (
    turn        INTEGER PRIMARY KEY,              -- the order in which they were taken in
    id          INTEGER NOT NULL UNIQUE,          -- address
    record      INTEGER NOT NULL,                 -- what it is about; 0 when this program cannot read it
    behind      INTEGER NOT NULL,                 -- this laptop's newest entry at that moment
    bytes       TEXT NOT NULL,                    -- the exact line, without line break
    known_at    INTEGER NOT NULL,                 -- the registry's UTC seconds of hearing of it
    received_at INTEGER NOT NULL                  -- ours
) STRICT;
CREATE INDEX foreign_entry_of_record ON foreign_entry (record, turn);

-- The registry's latest decision on a record; made again by a rebuild.
CREATE TABLE decision (
    record INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,                         -- its kind
    version INTEGER NOT NULL,                     -- what was judged: address of the record's newest entry then; or 0
    state  TEXT NOT NULL CHECK (state IN ('accepted', 'returned', 'rejected', 'merged', 'unmerged')),
    why    TEXT,
    at     INTEGER NOT NULL,                      -- the registry's UTC seconds
    by     TEXT NOT NULL,                         -- login of the member of staff
    into_record INTEGER,                          -- merged: the record that stays
    behind INTEGER NOT NULL                       -- this laptop's newest entry when it came: what it wrote since answers it
) STRICT;

-- Devices whose batches the registry does not take any more.
CREATE TABLE revoked (
    device INTEGER PRIMARY KEY,                   -- the 30 bits of its code
    at     INTEGER NOT NULL                       -- the registry's UTC seconds
) STRICT;

-- Code lists, profile, thresholds and prices that stand instead of the program's own.
CREATE TABLE code_file (
    name TEXT PRIMARY KEY,                        -- district, threshold, price, profile …
    text TEXT NOT NULL,                           -- the CSV file
    at   INTEGER NOT NULL                         -- the registry's UTC seconds
) STRICT;
