-- How far this laptop heard what became of its entries. An answer that was lost on its way, or a stick that somebody else
-- delivered, leaves entries of which it only knows that they arrived: it asks for those.
ALTER TABLE link ADD COLUMN judged INTEGER NOT NULL DEFAULT 0; -- of entries 1 … judged receipts said it
ALTER TABLE life ADD COLUMN judged INTEGER NOT NULL DEFAULT 0; -- the same of an earlier life
ALTER TABLE life ADD COLUMN held INTEGER NOT NULL DEFAULT 0;   -- so many of its entries the registry holds, and tells us of; 0: not that we know
