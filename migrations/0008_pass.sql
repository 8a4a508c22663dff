-- Links that download one copy once, without a session. The token itself is kept nowhere.
CREATE TABLE pass (
    token_digest {blob} NOT NULL PRIMARY KEY, -- SHA-256
    certificate_id {blob} NOT NULL,
    endorsement_id {blob},                    -- NULL: a direct copy
    format TEXT NOT NULL,
    made_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    used_at {int}
) {narrow};
CREATE INDEX pass_expiry ON pass (expires_at);
