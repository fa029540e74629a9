-- Repeats of an event are one entry, and what concerns security has its own share of the trail.
ALTER TABLE activity ADD COLUMN repeats BIGINT NOT NULL DEFAULT 1;
-- when it happened last; empty where it happened once
ALTER TABLE activity ADD COLUMN last_at BIGINT;
ALTER TABLE activity ADD COLUMN security BIGINT NOT NULL DEFAULT 0;
UPDATE activity SET security = 1 WHERE event IN (
    'account_created', 'email_changed', 'mobile_phone_changed', 'password_changed', 'two_factor_enabled',
    'two_factor_disabled', 'two_factor_method_changed', 'key_added', 'key_deleted', 'two_factor_reset', 'account_disabled',
    'account_enabled', 'account_unlocked'
);
-- What is sent to one mailbox counts together however its address is spelled, and text messages count by country.
ALTER TABLE sending ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';
ALTER TABLE sending ADD COLUMN country TEXT NOT NULL DEFAULT '';
CREATE INDEX sending_by_mailbox ON sending (mailbox, at);
CREATE INDEX sending_by_country ON sending (country, at);
