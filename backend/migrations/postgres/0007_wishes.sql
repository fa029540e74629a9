-- Requests that are done once however often they are repeated: who is at work on one, and what was answered. Nothing
-- stands here in clear: neither what was asked nor what was answered.
CREATE TABLE wish (
    -- HMAC of the operation, the caller and the Idempotency-Key
    subject    TEXT PRIMARY KEY NOT NULL,
    -- HMAC of the request
    request    TEXT NOT NULL,
    -- whose attempt it is; another takes over where the first was killed
    claim      TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    -- sealed with ChaCha20-Poly1305, base64; none while it is being worked on
    answer     TEXT,
    account_id TEXT REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX wish_by_time ON wish (claimed_at);
CREATE INDEX wish_of_account ON wish (account_id);
