-- Authentication numbers, what they open, and how often they were sent. No address and no number stands here in clear:
-- both are kept as HMAC-SHA-256 under the backend's key.
CREATE TABLE number (
    id          TEXT PRIMARY KEY NOT NULL,
    -- who asked: an asker, a session or a challenge
    binding     TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    address     TEXT NOT NULL,
    mac         TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT,
    replaced_at BIGINT,
    account_id  TEXT REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX number_by_binding ON number (binding, purpose, channel);
CREATE INDEX number_of_account ON number (account_id);

CREATE TABLE proof (
    -- SHA-256 of the proof
    hash       TEXT PRIMARY KEY NOT NULL,
    -- whose: an asker or an account
    binding    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    channel    TEXT NOT NULL,
    address    TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    account_id TEXT REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX proof_of_account ON proof (account_id);

-- a second factor being asked for
CREATE TABLE challenge (
    id         TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- the session that steps up; none where somebody signs in
    session_id TEXT REFERENCES session (id) ON DELETE CASCADE,
    place      TEXT,
    -- the number that answers it at present
    number_id  TEXT NOT NULL,
    started_at BIGINT NOT NULL
);
CREATE INDEX challenge_of_account ON challenge (account_id);

CREATE TABLE sending (
    address TEXT NOT NULL,
    number_id TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (address, number_id)
);
