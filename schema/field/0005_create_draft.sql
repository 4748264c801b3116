-- What was typed and not yet saved: kept at every field, so that neither a power cut nor a signal loses it. Gone when
-- the record is saved or the work is thrown away; not part of the journal.
CREATE TABLE draft (
    place TEXT PRIMARY KEY,                       -- where it belongs: 'form:1', 'sheet:2026-11-23'
    at    INTEGER NOT NULL,                       -- UTC seconds by this laptop's clock
    text  TEXT NOT NULL                           -- JSON, as the screen wrote it
) STRICT, WITHOUT ROWID;
