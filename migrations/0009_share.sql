-- What a holder gives to one recipient: found by whoever holds the token, ended by day, count of views, wrong PINs or recall.

CREATE TABLE share (
    certificate_id {blob} NOT NULL,
    id {blob} NOT NULL,
    endorsement_id {blob},        -- NULL: the certificate's details, and its direct copy where it has one
    content {blob} NOT NULL,      -- sealed JSON: recipient, purpose, token, PIN
    made_at {int} NOT NULL,
    expires_on {day} NOT NULL,
    most_views {int} NOT NULL,
    views {int} NOT NULL,
    wrong_pins {int} NOT NULL,
    recalled_at {int},
    PRIMARY KEY (certificate_id, id)
) {table};
CREATE INDEX share_expiry ON share (expires_on);

CREATE TABLE share_locator (
    token_digest {blob} NOT NULL PRIMARY KEY, -- SHA-256
    certificate_id {blob} NOT NULL,
    share_id {blob} NOT NULL
) {narrow};

-- What was done with a share; the holder sees it.
CREATE TABLE share_view (
    certificate_id {blob} NOT NULL,
    id {blob} NOT NULL,
    share_id {blob} NOT NULL,
    at {int} NOT NULL,
    origin {blob} NOT NULL,       -- sealed: from which network
    outcome {key} NOT NULL,       -- opened | pin_wrong
    downloaded_at {int},
    PRIMARY KEY (certificate_id, id)
) {narrow};
