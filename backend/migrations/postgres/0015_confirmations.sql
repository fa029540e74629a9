-- Sign-ins at an address where many failed: a number opens them, and is sent only if the password is right. Where it is not,
-- or there is no account, the row is the same and no number is ever right.
CREATE TABLE confirmation (
    id         TEXT PRIMARY KEY NOT NULL,
    -- none where no number will be right
    account_id TEXT REFERENCES account (id) ON DELETE SET NULL,
    place      TEXT,
    -- the number that answers it at present
    number_id  TEXT NOT NULL,
    -- the address that signs in, sealed with XChaCha20-Poly1305, base64
    email      TEXT NOT NULL,
    started_at BIGINT NOT NULL
);
CREATE INDEX confirmation_of_account ON confirmation (account_id);
CREATE INDEX confirmation_by_time ON confirmation (started_at);

-- HMAC of the widest network that asked for a number; none in-process
ALTER TABLE sending ADD COLUMN peer TEXT;
