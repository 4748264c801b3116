-- Own changes that the registry did not apply, because another's had come before: they stay in the journal and in the
-- history, and the tables leave them out. Kept with the receipts that told of them.
CREATE TABLE unapplied (
    entry  INTEGER PRIMARY KEY,                   -- address, of this life or a past one
    behind INTEGER NOT NULL                       -- this laptop's newest entry when that was told: what it writes later answers it
) STRICT;
