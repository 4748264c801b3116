-- What the registry turned out to lack of a past life, after it was put back to an older state.
ALTER TABLE life ADD COLUMN lacks INTEGER NOT NULL DEFAULT 0; -- from this entry on, still to be written again; 0: nothing
ALTER TABLE life ADD COLUMN again INTEGER NOT NULL DEFAULT 0; -- from this entry on it stands in a later chain too; 0: nothing does

-- Chain values of entries behind life.number, which were written again in the next life: what was sent of them under
-- their first numbers may have arrived.
CREATE TABLE past_chain (
    entry INTEGER PRIMARY KEY,                       -- address
    chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
