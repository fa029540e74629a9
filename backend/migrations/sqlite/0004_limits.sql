-- Guesses that failed one after another: what makes the next one wait. In the database, so that the count outlives a
-- restart and is shared by all who serve it.
CREATE TABLE failure (
    -- the door of an account that was tried, or the HMAC of an address that has no account
    subject  TEXT PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);
CREATE INDEX failure_by_time ON failure (last_at);

-- sendings are limited for each address, for each account and altogether
ALTER TABLE sending ADD COLUMN account_id TEXT;
CREATE INDEX sending_of_account ON sending (account_id, at);
CREATE INDEX sending_by_time ON sending (at);
