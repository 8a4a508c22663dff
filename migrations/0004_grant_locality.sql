-- Fewer pages a grant. A certificate's endorsements are found by the index that also keeps submissions apart: they are
-- few, so that one more index, by certificate and id, only cost a page of its own with every grant. Intents are kept in
-- the order of their copies' ids, which are in the order of time: a new one goes to the end instead of anywhere. Each
-- key still holds certificate_id, so that a distributed engine can keep a certificate's rows together.

CREATE TABLE endorsement_kept (
    certificate_id {blob} NOT NULL,
    id {blob} NOT NULL,
    idempotency_key {key} NOT NULL,
    version {int} NOT NULL,
    scenario TEXT NOT NULL,
    addition {blob},              -- sealed
    on_behalf {blob},             -- sealed: the operator's reason
    days {day} NOT NULL,
    applied_on {day} NOT NULL,
    valid_until {day} NOT NULL,
    state {key} NOT NULL,
    void_reason TEXT,
    copy_number TEXT NOT NULL,
    token {blob} NOT NULL,        -- sealed
    made_at {int} NOT NULL,
    granted_at {int} NOT NULL,
    closed_at {int},              -- ready, voided or withdrawn
    statement {blob},             -- sealed
    PRIMARY KEY (certificate_id, idempotency_key)
) {table};
INSERT INTO endorsement_kept (certificate_id, id, idempotency_key, version, scenario, addition, on_behalf, days, applied_on,
    valid_until, state, void_reason, copy_number, token, made_at, granted_at, closed_at, statement)
    SELECT certificate_id, id, idempotency_key, version, scenario, addition, on_behalf, days, applied_on,
    valid_until, state, void_reason, copy_number, token, made_at, granted_at, closed_at, statement FROM endorsement;
DROP TABLE endorsement;
ALTER TABLE endorsement_kept RENAME TO endorsement;

CREATE TABLE intent_kept (
    certificate_id {blob} NOT NULL,
    copy_id {blob} NOT NULL,
    seq {int} NOT NULL,
    endorsement_id {blob},        -- NULL: a direct copy
    format TEXT NOT NULL,
    version {int} NOT NULL,
    seal TEXT NOT NULL,
    template TEXT NOT NULL,
    template_digest {blob} NOT NULL,
    plate_digest {blob} NOT NULL,
    made_at {int} NOT NULL,
    token {blob} NOT NULL,        -- sealed
    copy_number TEXT NOT NULL,
    digest {blob} NOT NULL,
    state {key} NOT NULL,
    closed_reason TEXT,
    opened_at {int} NOT NULL,
    statement {blob},             -- sealed
    PRIMARY KEY (copy_id, seq, certificate_id)
) {table};
INSERT INTO intent_kept (certificate_id, copy_id, seq, endorsement_id, format, version, seal, template, template_digest,
    plate_digest, made_at, token, copy_number, digest, state, closed_reason, opened_at, statement)
    SELECT certificate_id, copy_id, seq, endorsement_id, format, version, seal, template, template_digest,
    plate_digest, made_at, token, copy_number, digest, state, closed_reason, opened_at, statement FROM intent;
DROP TABLE intent;
ALTER TABLE intent_kept RENAME TO intent;
-- Whose the open ones are is asked of the index alone, when an endorsement is withdrawn or voided.
CREATE INDEX intent_open ON intent (opened_at, certificate_id) WHERE state = 'open';
