-- schema/registry/0006_decide_quarantine.sql for PostgreSQL; the comments there hold here too.
ALTER TABLE quarantine ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
UPDATE quarantine SET size = length(bytes);
ALTER TABLE quarantine ALTER COLUMN size DROP DEFAULT;
ALTER TABLE quarantine ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT 'held'
    CHECK (state IN ('held', 'released', 'dropped'));
ALTER TABLE quarantine ADD COLUMN entry BIGINT NOT NULL DEFAULT 0;
