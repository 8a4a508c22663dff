-- How holders come in. An account comes into being when its identity is proved; until then there is a registration,
-- which only the browser that began it can go on with, so that nobody can take an identity's place, or learn whether it
-- is taken, without proving that it is his.

CREATE TABLE registration (
    id {blob} NOT NULL PRIMARY KEY,
    identity {blob} NOT NULL,     -- sealed
    secret {blob} NOT NULL,       -- sealed: confirmed contact and password, JSON
    made_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {table};

CREATE TABLE session (
    token_digest {blob} NOT NULL PRIMARY KEY, -- SHA-256: who reads the table cannot come in
    id {blob} NOT NULL,
    document_index {blob},        -- of the account; NULL: of a registration
    name_index {blob},
    registration {blob},
    device {blob} NOT NULL,       -- sealed
    started_at {int} NOT NULL,
    seen_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {table};
CREATE UNIQUE INDEX session_id ON session (id);
CREATE INDEX session_account ON session (document_index, name_index);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE credential (
    id {blob} NOT NULL PRIMARY KEY,
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    password {blob} NOT NULL,     -- sealed: Argon2id, PHC string
    contact {blob} NOT NULL,      -- sealed
    totp {blob},                  -- sealed; NULL: no second step
    totp_step {int} NOT NULL,     -- the newest one used: none is taken twice
    recovery {blob},              -- sealed: hashes of the recovery codes that are left, JSON
    changed_at {int} NOT NULL
) {table};
CREATE UNIQUE INDEX credential_account ON credential (document_index, name_index);

-- A code that was sent, or a second step that is being asked for.
CREATE TABLE challenge (
    id {blob} NOT NULL PRIMARY KEY,
    purpose {key} NOT NULL,
    payload {blob} NOT NULL,      -- sealed JSON
    code_hash {blob} NOT NULL,    -- keyed
    tries {int} NOT NULL,         -- left
    sends {int} NOT NULL,         -- left
    sent_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {table};
CREATE INDEX challenge_expiry ON challenge (expires_at);

-- Failed guesses, and codes sent, for one target, whether or not it exists.
CREATE TABLE attempt (
    target {blob} NOT NULL PRIMARY KEY, -- keyed hash
    count {int} NOT NULL,
    wait_until {int} NOT NULL,
    touched_at {int} NOT NULL
) {narrow};
