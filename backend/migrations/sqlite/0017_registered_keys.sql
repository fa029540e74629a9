-- Hashes of keys that were ever registered. The hash outlives its key and its account, so that nobody who only saw a hash
-- can register it.
CREATE TABLE registered_key (
    -- SHA-256 of the secret, in hexadecimal
    sha256   TEXT PRIMARY KEY NOT NULL,
    -- empty once the account has ended
    owner_id TEXT REFERENCES account (id) ON DELETE SET NULL
);
CREATE INDEX registered_key_of_owner ON registered_key (owner_id);
-- where two accounts registered one hash, the first did
INSERT INTO registered_key (sha256, owner_id)
SELECT k.sha256, k.account_id FROM authentication_key k
WHERE NOT EXISTS (
    SELECT 1 FROM authentication_key e WHERE e.sha256 = k.sha256
    AND (e.created_at < k.created_at OR (e.created_at = k.created_at AND e.account_id < k.account_id))
);
