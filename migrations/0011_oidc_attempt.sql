-- Attempts to log in by an outside identity provider that came back: each comes back once. What an attempt is cannot be
-- told from its digest, and nothing of it is kept before it comes back.
CREATE TABLE oidc_attempt (
    digest {blob} NOT NULL PRIMARY KEY, -- SHA-256 of its number
    expires_at {int} NOT NULL           -- from then on it would be refused for its age
) {narrow};
CREATE INDEX oidc_attempt_expiry ON oidc_attempt (expires_at);
