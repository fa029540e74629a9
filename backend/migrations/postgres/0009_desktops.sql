-- Desktops where somebody has signed in completely. What is stored opens nothing; it only gives a desktop's guesses a
-- count of their own, so that strangers who guess elsewhere do not hold it up.
CREATE TABLE desktop (
    -- SHA-256 of the desktop's secret, in hexadecimal
    sha256       TEXT PRIMARY KEY NOT NULL,
    account_id   TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    made_at      BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX desktop_of_account ON desktop (account_id, last_used_at);
CREATE INDEX desktop_by_time ON desktop (last_used_at);

-- at which known desktop a sign-in began, and a session was opened; none elsewhere
ALTER TABLE challenge ADD COLUMN desktop TEXT;
ALTER TABLE session ADD COLUMN desktop TEXT;

-- What came from one network address lately. Not the address itself: its HMAC under the backend's key.
CREATE TABLE peer (
    subject TEXT PRIMARY KEY NOT NULL,
    -- up to when the budget is used up in advance
    used_until BIGINT NOT NULL
);
CREATE INDEX peer_by_time ON peer (used_until);
