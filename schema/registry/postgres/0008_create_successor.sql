-- Laptops that go on with the work of another one: out of a backup, or because a disk was copied.

-- What the first entry of a device says of its predecessor, and who vouches for it.
CREATE TABLE successor (
    device      BIGINT PRIMARY KEY,                                    -- the one that follows
    predecessor BIGINT NOT NULL,                                       -- the 30 bits of its code
    number      BIGINT NOT NULL,                                       -- the predecessor's last entry that the two have in common …
    chain       BYTEA NOT NULL CHECK (length(chain) = 32),             -- … and the chain value there
    vouched     TEXT COLLATE "C" NOT NULL CHECK (vouched IN ('key', 'person', 'chain', 'nobody')), -- as in SQLite
    at          BIGINT NOT NULL                                        -- UTC seconds
);
CREATE INDEX successor_of ON successor (predecessor);

ALTER TABLE invitation ADD COLUMN follows BIGINT NOT NULL DEFAULT 0;   -- the device that the one it is for goes on with; 0: none

-- The same thing under several addresses (sync/journal/twin.h); made again by a rebuild.
CREATE TABLE twin (
    entry  BIGINT PRIMARY KEY,                                         -- address
    origin BIGINT NOT NULL,                                            -- where it was written first
    hash   BYTEA NOT NULL CHECK (length(hash) = 32),                   -- of its origin form
    stands BIGINT NOT NULL                                             -- the address under which it was projected
);
CREATE INDEX twin_of_origin ON twin (origin, hash);
