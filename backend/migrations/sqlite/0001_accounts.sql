-- Who there is, and how they sign in. Instants are milliseconds since 1970, identifiers are UUIDs as text.
CREATE TABLE account (
    id                  TEXT PRIMARY KEY NOT NULL,
    name                TEXT NOT NULL,
    email               TEXT NOT NULL,
    -- lower case, NFC: what must be unique and what signs in
    email_canonical     TEXT NOT NULL UNIQUE,
    -- E.164
    mobile_phone        TEXT NOT NULL UNIQUE,
    task                TEXT,
    -- PHC string
    password            TEXT NOT NULL,
    -- 1 where the password is long enough to stand alone
    password_is_long    BIGINT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    two_factor          BIGINT NOT NULL,
    method              TEXT NOT NULL,
    version             BIGINT NOT NULL,
    security_version    BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    changed_at          BIGINT NOT NULL,
    changed_from        TEXT
);

CREATE TABLE password_history (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position   BIGINT NOT NULL,
    password   TEXT NOT NULL,
    PRIMARY KEY (account_id, position)
);

CREATE TABLE session (
    id            TEXT PRIMARY KEY NOT NULL,
    account_id    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- SHA-256 of the token
    token         TEXT NOT NULL UNIQUE,
    place         TEXT,
    signed_in_at  BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    stepped_up_at BIGINT
);
CREATE INDEX session_of_account ON session (account_id);

CREATE TABLE authentication_key (
    account_id   TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- made by the desktop: another account may have the same one
    id           TEXT NOT NULL,
    label        TEXT NOT NULL,
    -- SHA-256 of the secret, in hexadecimal
    sha256       TEXT NOT NULL,
    hint         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, sha256)
);
CREATE INDEX authentication_key_by_sha256 ON authentication_key (sha256);
