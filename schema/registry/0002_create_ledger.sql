-- What the registry keeps of the devices: who they are, what they sent, and what became of it. The entries are the
-- truth; the tables of records, findings and dispositions are made of them.

-- This registry: one row.
CREATE TABLE identity (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    name        TEXT NOT NULL,                               -- as `init --name` gave it
    country     TEXT NOT NULL,                               -- profile, ISO 3166-1 alpha-2 or XX
    key         BLOB NOT NULL CHECK (length(key) = 32),      -- public; the secret lies in registry.key
    incarnation TEXT NOT NULL CHECK (length(incarnation) = 32), -- random; another one after a restore from a backup
    training    INTEGER NOT NULL CHECK (training IN (0, 1)) -- 1: takes training laptops, and no others
) STRICT;

-- Laptops that may send.
CREATE TABLE device (
    number      INTEGER PRIMARY KEY CHECK (number BETWEEN 0 AND 1073741823), -- the 30 bits of its code
    key         BLOB NOT NULL CHECK (length(key) = 32),      -- public
    name        TEXT NOT NULL,                               -- as the invitation was written for
    districts   TEXT NOT NULL,                               -- its scope: district codes joined by ','
    enrolled_at INTEGER NOT NULL,                            -- UTC seconds
    upto        INTEGER NOT NULL CHECK (upto >= 0),          -- the last entry held
    chain       BLOB NOT NULL CHECK (length(chain) = 32),    -- chain(upto)
    revoked_at  INTEGER NOT NULL DEFAULT 0,                  -- UTC seconds; 0 when it is not
    revoked_why TEXT NOT NULL DEFAULT '',                    -- in a person's words
    seen_at     INTEGER NOT NULL                             -- UTC seconds of the last batch or (to the hour) request
) STRICT;

-- Invitations; the codes themselves are not kept.
CREATE TABLE invitation (
    hash       BLOB PRIMARY KEY CHECK (length(hash) = 32),   -- BLAKE2b-256 of the code
    name       TEXT NOT NULL,                                -- for whom
    districts  TEXT NOT NULL,                                -- scope: district codes joined by ','
    made_at    INTEGER NOT NULL,                             -- UTC seconds
    expires_at INTEGER NOT NULL,                             -- UTC seconds; 0: never
    used_at    INTEGER NOT NULL DEFAULT 0,                   -- UTC seconds; 0 while it is open
    used_by    BLOB CHECK (length(used_by) = 32)             -- public key that took it; the same key may come again
) STRICT;

-- Batches that brought something new. With the entries from first to last they can be verified again.
CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    device       INTEGER NOT NULL REFERENCES device (number),
    first        INTEGER NOT NULL CHECK (first > 0),         -- number of its first entry, as sent
    last         INTEGER NOT NULL CHECK (last >= first),     -- number of its last entry
    header       TEXT NOT NULL,                              -- the exact line, without line break
    signature    BLOB NOT NULL CHECK (length(signature) = 64), -- by the device's key
    packed_bytes INTEGER NOT NULL,                           -- as it arrived
    via          TEXT NOT NULL,                              -- http, file, carried by CODE
    received_at  INTEGER NOT NULL                            -- UTC seconds
) STRICT;
CREATE INDEX batch_of_device ON batch (device, first);

-- Every device's entries: the truth. The address is the rowid: the entries of one device lie together in order, and
-- a rowid tree was measured to be as small and a little faster to fill than PRIMARY KEY (device, number) WITHOUT ROWID.
CREATE TABLE entry (
    id    INTEGER PRIMARY KEY,                               -- address: the device's 30 bits · 2^32 + number
    batch INTEGER NOT NULL,                                  -- the batch that brought it
    bytes TEXT NOT NULL,                                     -- the exact line, without line break
    chain BLOB NOT NULL CHECK (length(chain) = 32)           -- chain(number) of its device
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'entries are never removed'); END;

-- Rules that a record broke.
CREATE TABLE finding (
    id      INTEGER PRIMARY KEY,
    entry   INTEGER NOT NULL,                                -- address of the entry that made it so
    subject INTEGER NOT NULL,                                -- id of the record
    rule    TEXT NOT NULL,                                   -- yield.grade, required, …
    level   TEXT NOT NULL CHECK (level IN ('block', 'confirm', 'flag')),
    field   TEXT,                                            -- NULL for the whole record
    text    TEXT NOT NULL                                    -- words for people, with the values
) STRICT;
CREATE INDEX finding_of_entry ON finding (entry);

-- What became of an entry, when it was not simply accepted.
CREATE TABLE disposition (
    entry INTEGER PRIMARY KEY,                               -- address
    state TEXT NOT NULL CHECK (state IN ('flagged', 'returned', 'conflict'))
) STRICT;

-- Refused batches of known devices, kept for people to look at; never thrown away.
CREATE TABLE quarantine (
    id          INTEGER PRIMARY KEY,
    device      INTEGER NOT NULL,                            -- whose batch it says it is
    hash        BLOB NOT NULL CHECK (length(hash) = 32),     -- BLAKE2b-256 of prev and the entries' lines
    reason      TEXT NOT NULL,                               -- bad-signature, revoked, forked, …
    bytes       BLOB NOT NULL,                               -- the batch, readable alone
    via         TEXT NOT NULL,                               -- http, file, carried by CODE
    received_at INTEGER NOT NULL,                            -- UTC seconds, the first time
    UNIQUE (hash, reason)
) STRICT;
