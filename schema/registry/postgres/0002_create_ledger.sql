-- What the registry keeps of the devices, as schema/registry/0002_create_ledger.sql has it for SQLite; the comments
-- there hold here too. What is different: keys lead with the device, the entries are partitioned, and numbers that only
-- order rows are identities of their table.

-- This registry: one row.
CREATE TABLE identity (
    one         BIGINT PRIMARY KEY CHECK (one = 1),
    name        TEXT COLLATE "C" NOT NULL,                             -- as `init --name` gave it
    country     TEXT COLLATE "C" NOT NULL,                             -- profile, ISO 3166-1 alpha-2 or XX
    key         BYTEA NOT NULL CHECK (length(key) = 32),               -- public; the secret lies in registry.key
    incarnation TEXT COLLATE "C" NOT NULL CHECK (length(incarnation) = 32), -- random; another one after a restore
    training    BIGINT NOT NULL CHECK (training IN (0, 1))             -- 1: takes training laptops, and no others
);

-- Laptops that may send. Every batch changes its row: room is left on the page, so that no index is touched.
CREATE TABLE device (
    number      BIGINT PRIMARY KEY CHECK (number BETWEEN 0 AND 1073741823), -- the 30 bits of its code
    key         BYTEA NOT NULL CHECK (length(key) = 32),               -- public
    name        TEXT COLLATE "C" NOT NULL,                             -- as the invitation was written for
    districts   TEXT COLLATE "C" NOT NULL,                             -- its scope: district codes joined by ','
    enrolled_at BIGINT NOT NULL,                                       -- UTC seconds
    upto        BIGINT NOT NULL CHECK (upto >= 0),                     -- the last entry held
    chain       BYTEA NOT NULL CHECK (length(chain) = 32),             -- chain(upto)
    revoked_at  BIGINT NOT NULL DEFAULT 0,                             -- UTC seconds; 0 when it is not
    revoked_why TEXT COLLATE "C" NOT NULL DEFAULT '',                  -- in a person's words
    seen_at     BIGINT NOT NULL                                        -- UTC seconds of the last batch or request
) WITH (fillfactor = 70);

-- Invitations; the codes themselves are not kept.
CREATE TABLE invitation (
    hash       BYTEA PRIMARY KEY CHECK (length(hash) = 32),            -- BLAKE2b-256 of the code
    name       TEXT COLLATE "C" NOT NULL,                              -- for whom
    districts  TEXT COLLATE "C" NOT NULL,                              -- scope: district codes joined by ','
    made_at    BIGINT NOT NULL,                                        -- UTC seconds
    expires_at BIGINT NOT NULL,                                        -- UTC seconds; 0: never
    used_at    BIGINT NOT NULL DEFAULT 0,                              -- UTC seconds; 0 while it is open
    used_by    BYTEA CHECK (length(used_by) = 32)                      -- public key that took it
);

-- Batches that brought something new. Ids rise in the order in which batches took effect: there is one writer at a time.
CREATE TABLE batch (
    id           BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    device       BIGINT NOT NULL REFERENCES device (number),
    first        BIGINT NOT NULL CHECK (first > 0),                    -- number of its first entry, as sent
    last         BIGINT NOT NULL CHECK (last >= first),                -- number of its last entry
    header       TEXT COLLATE "C" NOT NULL,                            -- the exact line, without line break
    signature    BYTEA NOT NULL CHECK (length(signature) = 64),        -- by the device's key
    packed_bytes BIGINT NOT NULL,                                      -- as it arrived
    via          TEXT COLLATE "C" NOT NULL,                            -- http, file, carried by CODE
    received_at  BIGINT NOT NULL,                                      -- UTC seconds
    PRIMARY KEY (device, first, id)
);

-- Every device's entries: the truth. Partitioned by batch, and so by the time of arrival: SCALING.md says how to add
-- partitions; until then all lie in the last one. That an address comes once is seen to by the head of its device.
CREATE TABLE entry (
    id    BIGINT NOT NULL,                                             -- address: the device's 30 bits · 2^32 + number
    batch BIGINT NOT NULL,                                             -- the batch that brought it
    bytes TEXT COLLATE "C" NOT NULL,                                   -- the exact line, without line break
    chain BYTEA NOT NULL CHECK (length(chain) = 32),                   -- chain(number) of its device
    PRIMARY KEY (id, batch)
) PARTITION BY RANGE (batch);
CREATE TABLE entry_rest PARTITION OF entry DEFAULT;

CREATE FUNCTION entry_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries are never changed and never removed' USING ERRCODE = '23000'; END $$;
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_stays();
CREATE TRIGGER entry_stays_whole BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION entry_stays();

-- Rules that a record broke.
CREATE TABLE finding (
    id      BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    entry   BIGINT NOT NULL,                                           -- address of the entry that made it so
    subject BIGINT NOT NULL,                                           -- id of the record
    rule    TEXT COLLATE "C" NOT NULL,                                 -- yield.grade, required, …
    level   TEXT COLLATE "C" NOT NULL CHECK (level IN ('block', 'confirm', 'flag')),
    field   TEXT COLLATE "C",                                          -- NULL for the whole record
    text    TEXT COLLATE "C" NOT NULL,                                 -- words for people, with the values
    PRIMARY KEY (entry, id)
);

-- What became of an entry, when it was not simply accepted.
CREATE TABLE disposition (
    entry BIGINT PRIMARY KEY,                                          -- address
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('flagged', 'returned', 'conflict'))
);

-- Refused batches of known devices, kept for people to look at; never thrown away.
CREATE TABLE quarantine (
    id          BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    device      BIGINT NOT NULL,                                       -- whose batch it says it is
    hash        BYTEA NOT NULL CHECK (length(hash) = 32),              -- BLAKE2b-256 of prev and the entries' lines
    reason      TEXT COLLATE "C" NOT NULL,                             -- bad-signature, revoked, forked, …
    bytes       BYTEA NOT NULL,                                        -- the batch, readable alone
    via         TEXT COLLATE "C" NOT NULL,                             -- http, file, carried by CODE
    received_at BIGINT NOT NULL,                                       -- UTC seconds, the first time
    PRIMARY KEY (device, hash, reason)
);
