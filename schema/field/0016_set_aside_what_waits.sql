-- Recovered entries that a person has done with: what they name is gone for ever, and what they say was written anew or is
-- needed no more. They are kept, and written by nobody.
ALTER TABLE waiting ADD COLUMN aside_at INTEGER NOT NULL DEFAULT 0; -- UTC seconds; 0: it waits
ALTER TABLE waiting ADD COLUMN aside_by TEXT;                       -- login
ALTER TABLE waiting ADD COLUMN aside_why TEXT;
