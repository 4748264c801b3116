-- What rules over the whole registry found is looked for from either of two records.
CREATE INDEX finding_rests_on ON finding (rests_on) WHERE rests_on IS NOT NULL;
-- While such rules run, what they may not find again has -2 in "answered"; afterwards nothing has.
CREATE INDEX finding_in_doubt ON finding (answered) WHERE answered = -2;
