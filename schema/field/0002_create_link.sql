-- How far the registry has followed this laptop. Losing these rows costs one enrolment and some repeated bytes, no data.

-- The registry that this laptop belongs to: one row, or none before an invitation.
CREATE TABLE link (
    one              INTEGER PRIMARY KEY CHECK (one = 1),
    invitation       BLOB NOT NULL,               -- packed container, signed by the registry
    url              TEXT NOT NULL,               -- where it is reached, without a slash at the end; '' unknown
    code             TEXT NOT NULL,               -- of the invitation, for the first batch; '' without one
    enrolled         INTEGER NOT NULL CHECK (enrolled IN (0, 1)),
    upto             INTEGER NOT NULL DEFAULT 0,  -- last entry that a verified receipt covers
    incarnation      TEXT NOT NULL DEFAULT '',    -- of that receipt
    receipt          BLOB,                        -- the latest verified receipt, packed
    receipt_at       INTEGER NOT NULL DEFAULT 0,  -- the registry's UTC seconds
    received_at      INTEGER NOT NULL DEFAULT 0,  -- ours
    batch_entries    INTEGER NOT NULL DEFAULT 0,  -- what the next batch tries; 0: not yet measured
    bytes_per_second INTEGER NOT NULL DEFAULT 0   -- as measured last
) STRICT;

-- What became of an entry, when it was not simply accepted.
CREATE TABLE disposition (
    number   INTEGER PRIMARY KEY,                 -- of the entry
    state    TEXT NOT NULL,                       -- flagged, returned, conflict
    findings TEXT NOT NULL,                       -- JSON array as the receipt told it
    at       INTEGER NOT NULL                     -- the registry's UTC seconds
) STRICT;
