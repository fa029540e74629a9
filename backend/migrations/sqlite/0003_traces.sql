-- What happened, and what is to be sent.
CREATE TABLE activity (
    -- the nil UUID collects what was tried against accounts that do not exist
    account_id TEXT NOT NULL,
    -- counts up within the account
    position   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    event      TEXT NOT NULL,
    place      TEXT,
    PRIMARY KEY (account_id, position)
);

-- what remains of a cancelled account
CREATE TABLE audit (
    id        TEXT PRIMARY KEY NOT NULL,
    at        BIGINT NOT NULL,
    event     TEXT NOT NULL,
    -- HMAC-SHA-256 of the account's id under the backend's key
    pseudonym TEXT NOT NULL
);

CREATE TABLE outbox (
    id           TEXT PRIMARY KEY NOT NULL,
    account_id   TEXT REFERENCES account (id) ON DELETE CASCADE,
    -- whose standing decides whether the number in the message still works
    number_id    TEXT,
    -- HMAC of where it goes, so that a message that went out before there was an account can be erased with it
    address      TEXT NOT NULL,
    channel      TEXT NOT NULL,
    -- order of queueing
    position     BIGINT NOT NULL UNIQUE,
    at           BIGINT NOT NULL,
    -- address and content, sealed with ChaCha20-Poly1305, base64
    sealed       TEXT NOT NULL,
    delivered_at BIGINT
);
CREATE INDEX outbox_of_account ON outbox (account_id);
CREATE INDEX outbox_by_time ON outbox (at);
