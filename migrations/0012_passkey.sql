-- Passkeys: keys on holders' own devices with which they log in. Each is found by its id, which its device alone knows,
-- and belongs to an account; `handle` is what devices know that account by, and says nothing.
CREATE TABLE passkey (
    id {blob} NOT NULL PRIMARY KEY,
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    credential_digest {blob} NOT NULL, -- SHA-256 of the id that its device gave it
    handle {blob} NOT NULL,
    content {blob} NOT NULL,           -- sealed: what its holder calls it; public key and counter
    made_at {int} NOT NULL,
    used_at {int}                      -- NULL: not yet
) {table};
CREATE UNIQUE INDEX passkey_credential ON passkey (credential_digest);
CREATE INDEX passkey_account ON passkey (document_index, name_index);

-- Log-ins with a passkey that came back: each comes back once. Nothing of them is kept before.
CREATE TABLE passkey_attempt (
    digest {blob} NOT NULL PRIMARY KEY, -- SHA-256 of its challenge
    expires_at {int} NOT NULL           -- from then on it would be refused for its age
) {narrow};
CREATE INDEX passkey_attempt_expiry ON passkey_attempt (expires_at);
