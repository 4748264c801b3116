-- What this laptop carries for others: it cannot read it, and drops it once the registry has it.

CREATE TABLE parcel (
    hash        BLOB PRIMARY KEY CHECK (length(hash) = 32), -- BLAKE2b-256 of the file: it is kept once
    name        TEXT NOT NULL,                    -- of the file, as it came: 7K4QXM-401-900.alv; what it says is not verified
    copy        INTEGER NOT NULL CHECK (copy IN (0, 1)), -- 1: a colleague's whole journal, to be delivered when somebody asks for it
    bytes       BLOB,                             -- the sealed file; NULL once the registry has answered, but for a copy
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'refused')),
    why         TEXT NOT NULL DEFAULT '',         -- refused: the registry's word
    receipt     BLOB,                             -- delivered: the packed receipt, for the way home
    received_at INTEGER NOT NULL,                 -- ours
    answered_at INTEGER NOT NULL DEFAULT 0        -- ours; 0 while it waits
) STRICT, WITHOUT ROWID;
