-- The outbox as a queue that several may work at: what became of each message, when it may be tried next, and who is at
-- it. The order of queueing is counted by the database itself, so that two who queue do not wait for each other.
CREATE TABLE outbox_next (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    account_id TEXT REFERENCES account (id) ON DELETE CASCADE,
    -- whose standing decides whether the number in the message still works, and whether it is still sent
    number_id  TEXT,
    -- HMAC of where it goes, so that a message that went out before there was an account can be erased with it
    address    TEXT NOT NULL,
    channel    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    -- address, language and content, sealed with ChaCha20-Poly1305, base64
    sealed     TEXT NOT NULL,
    -- queued, waiting (tried in vain, tried again), sent, dead (given up)
    state      TEXT NOT NULL,
    -- numbers go before notices: 0 and 1
    urgency    BIGINT NOT NULL,
    -- when it may be tried: the end of the claim of whoever is at it, else the time of the next try
    due_at     BIGINT NOT NULL,
    -- how often it was tried
    tries      BIGINT NOT NULL,
    -- the claim under which it is being tried
    claim      TEXT,
    -- why the last try was in vain: one word
    fault      TEXT,
    -- when it was sent or given up
    done_at    BIGINT
);
INSERT INTO outbox_next (position, id, account_id, number_id, address, channel, at, sealed, state, urgency, due_at,
                         tries, done_at)
    SELECT position, id, account_id, number_id, address, channel, at, sealed,
           CASE WHEN delivered_at IS NULL THEN 'queued' ELSE 'sent' END,
           CASE WHEN number_id IS NULL THEN 1 ELSE 0 END, at, 0, delivered_at
    FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_next RENAME TO outbox;
CREATE INDEX outbox_of_account ON outbox (account_id);
CREATE INDEX outbox_of_number ON outbox (number_id);
CREATE INDEX outbox_of_address ON outbox (address);
CREATE INDEX outbox_by_time ON outbox (at);
CREATE INDEX outbox_due ON outbox (channel, urgency, due_at) WHERE done_at IS NULL;

-- every try of the last minute, so that all who carry messages out keep to one pace
CREATE TABLE dispatch (
    channel TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX dispatch_by_time ON dispatch (channel, at);
