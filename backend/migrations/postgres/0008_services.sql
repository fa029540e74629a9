-- Services that accept authentication keys, each with a credential of its own.
CREATE TABLE service_credential (
    name       TEXT PRIMARY KEY NOT NULL,
    -- SHA-256 of the credential, in hexadecimal
    sha256     TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- since when an operator keeps the account from being used; none where it may be
ALTER TABLE account ADD COLUMN disabled_at BIGINT;
