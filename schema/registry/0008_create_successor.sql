-- Laptops that go on with the work of another one: out of a backup, or because a disk was copied.

-- What the first entry of a device says of its predecessor, and who vouches for it.
CREATE TABLE successor (
    device      INTEGER PRIMARY KEY,                         -- the one that follows
    predecessor INTEGER NOT NULL,                            -- the 30 bits of its code
    number      INTEGER NOT NULL,                            -- the predecessor's last entry that the two have in common …
    chain       BLOB NOT NULL CHECK (length(chain) = 32),    -- … and the chain value there
    vouched     TEXT NOT NULL CHECK (vouched IN ('key', 'person', 'chain', 'nobody')), -- the predecessor's signature; an invitation
                                                             -- made for its successor; an invitation and its journal; nobody
    at          INTEGER NOT NULL                             -- UTC seconds
) STRICT;
CREATE INDEX successor_of ON successor (predecessor);

ALTER TABLE invitation ADD COLUMN follows INTEGER NOT NULL DEFAULT 0; -- the device that the one it is for goes on with; 0: none

-- The same thing under several addresses (sync/journal/twin.h); made again by a rebuild.
CREATE TABLE twin (
    entry  INTEGER PRIMARY KEY,                              -- address
    origin INTEGER NOT NULL,                                 -- where it was written first
    hash   BLOB NOT NULL CHECK (length(hash) = 32),          -- of its origin form
    stands INTEGER NOT NULL                                  -- the address under which it was projected
) STRICT;
CREATE INDEX twin_of_origin ON twin (origin, hash);
