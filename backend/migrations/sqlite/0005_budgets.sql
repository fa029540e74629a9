-- Out of which budget a number was sent, so that strangers who use theirs up hold up nobody's second factor. What was
-- sent before there were budgets counts in none; it had ten minutes to count in any case.
ALTER TABLE sending ADD COLUMN budget TEXT NOT NULL DEFAULT '';
CREATE INDEX sending_by_budget ON sending (budget, at);
