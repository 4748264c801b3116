-- What is kept in quarantine waits for a person, who looks at it and decides; nothing leaves it unseen but what nobody
-- known has signed. Made anew, since the same entries under the name of another laptop are another matter.
CREATE TABLE quarantine_decided (
    id          INTEGER PRIMARY KEY,
    device      INTEGER NOT NULL,                            -- whose batch it says it is
    hash        BLOB NOT NULL CHECK (length(hash) = 32),     -- BLAKE2b-256 of prev and the entries' lines
    reason      TEXT NOT NULL,                               -- bad-signature, revoked, forked, …
    bytes       BLOB NOT NULL,                               -- the batch, readable alone; empty once decided
    via         TEXT NOT NULL,                               -- http, file, carried by CODE
    received_at INTEGER NOT NULL,                            -- UTC seconds, the first time
    size        INTEGER NOT NULL,                            -- bytes as they came
    state       TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'dropped')),
    entry       INTEGER NOT NULL DEFAULT 0,                  -- address of the decision; 0 while it is held
    UNIQUE (device, hash, reason)
) STRICT;
INSERT INTO quarantine_decided (id, device, hash, reason, bytes, via, received_at, size)
SELECT id, device, hash, reason, bytes, via, received_at, length(bytes) FROM quarantine;
DROP TABLE quarantine;
ALTER TABLE quarantine_decided RENAME TO quarantine;
