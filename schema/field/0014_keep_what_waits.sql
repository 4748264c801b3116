-- Entries that a recovery could read behind a gap of the journal, and that name something which is gone with the gap: they
-- are written again as soon as the registry tells of it (sync/journal/waiting.h).
CREATE TABLE waiting (
    entry INTEGER PRIMARY KEY,                       -- address in the life that wrote it
    bytes TEXT NOT NULL,                             -- the exact line as it was written there
    again TEXT,                                      -- as it is to be written again; NULL before that life is over
    needs INTEGER NOT NULL DEFAULT 0                 -- address of the first thing that is missing; 0: not looked for yet
) STRICT;
CREATE INDEX waiting_for ON waiting (needs);
