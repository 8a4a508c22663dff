-- The register. One text for both engines; in braces stand the words that differ:
--   {int} 64 bits, {day} 32 bits (days since 1970-01-01), {blob}, {key} text compared by bytes,
--   {table} end of an ordinary table, {narrow} end of a table that is stored in the order of its key.
-- Instants are milliseconds UTC. Ids are 16 bytes, made by the application. Sealed columns hold vault envelopes.
-- What belongs to one certificate is keyed by certificate_id first; what must be unique beyond it stands in a narrow
-- table of its own. No foreign keys: a distributed engine could not check them, and the code never deletes a parent.

CREATE TABLE meta (
    name {key} NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) {narrow};

CREATE TABLE vault_key (
    kind {key} NOT NULL,          -- data | index
    key_id {int} NOT NULL,
    check_value {blob} NOT NULL,  -- proves that a key file is the right one; tells nothing of the key
    made_at {int} NOT NULL,
    PRIMARY KEY (kind, key_id)
) {narrow};

CREATE TABLE catalogue_version (
    version {int} NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    digest {blob} NOT NULL,
    made_at {int} NOT NULL,
    made_by TEXT NOT NULL
) {table};

CREATE TABLE staff (
    name {key} NOT NULL PRIMARY KEY,
    roles TEXT NOT NULL,          -- separated by spaces
    organisation TEXT,            -- NULL: the platform's own
    active {int} NOT NULL,
    made_at {int} NOT NULL
) {narrow};

CREATE TABLE service_notice (
    version {int} NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    made_at {int} NOT NULL
) {table};

CREATE TABLE account (
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    identity {blob} NOT NULL,     -- sealed
    assurance TEXT NOT NULL,
    proved_by TEXT,
    proved_at {int},
    made_at {int} NOT NULL,
    PRIMARY KEY (document_index, name_index)
) {narrow};

CREATE TABLE consent (
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    notice {int} NOT NULL,
    agreed_at {int} NOT NULL,
    origin {blob} NOT NULL,       -- sealed: from where
    PRIMARY KEY (document_index, name_index, notice)
) {narrow};

CREATE TABLE seal (
    code {key} NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    name TEXT NOT NULL,
    family TEXT NOT NULL,
    certificate {blob} NOT NULL,  -- DER
    valid_from {int} NOT NULL,
    valid_until {int} NOT NULL,
    state TEXT NOT NULL
) {narrow};

CREATE TABLE batch (
    id {blob} NOT NULL PRIMARY KEY,
    organisation {key} NOT NULL,
    state {key} NOT NULL,
    roster_digest {blob} NOT NULL,
    rows {int} NOT NULL,
    file_name {blob} NOT NULL,    -- sealed
    roster_blob TEXT,
    maker TEXT NOT NULL,
    made_at {int} NOT NULL,
    touched_at {int} NOT NULL,    -- heartbeat while rows are loaded
    submitted_by TEXT,
    submitted_at {int},
    decided_by TEXT,
    decided_at {int},
    published_by TEXT,
    closed_at {int}               -- published or cancelled
) {table};
CREATE UNIQUE INDEX batch_roster ON batch (organisation, roster_digest) WHERE state <> 'cancelled';

CREATE TABLE certificate (
    id {blob} NOT NULL PRIMARY KEY,
    number {key} NOT NULL,
    state {key} NOT NULL,
    version {int} NOT NULL,
    batch_id {blob} NOT NULL,
    importer {key} NOT NULL,
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    holder {blob} NOT NULL,       -- sealed
    qualification TEXT NOT NULL,
    level TEXT NOT NULL,
    speciality TEXT NOT NULL,
    issuer TEXT NOT NULL,
    approved_on {day} NOT NULL,
    approval_precision TEXT NOT NULL,
    made_on {day},
    year {day} NOT NULL,
    half TEXT,
    region TEXT NOT NULL,
    seal TEXT NOT NULL,
    licence TEXT,
    photo TEXT,
    recorded_by {blob} NOT NULL,  -- the batch or the change request this version comes from
    recorded_at {int} NOT NULL,
    published_at {int}
) {table};
CREATE INDEX certificate_batch ON certificate (batch_id, id);

-- Superseded versions, moved here when a correction replaces them.
CREATE TABLE certificate_version (
    certificate_id {blob} NOT NULL,
    version {int} NOT NULL,
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    holder {blob} NOT NULL,
    qualification TEXT NOT NULL,
    level TEXT NOT NULL,
    speciality TEXT NOT NULL,
    issuer TEXT NOT NULL,
    approved_on {day} NOT NULL,
    approval_precision TEXT NOT NULL,
    made_on {day},
    year {day} NOT NULL,
    half TEXT,
    region TEXT NOT NULL,
    seal TEXT NOT NULL,
    licence TEXT,
    photo TEXT,
    recorded_by {blob} NOT NULL,
    recorded_at {int} NOT NULL,
    superseded_at {int} NOT NULL,
    PRIMARY KEY (certificate_id, version)
) {table};

CREATE TABLE management_number (
    number {key} NOT NULL PRIMARY KEY,
    certificate_id {blob} NOT NULL
) {narrow};

CREATE TABLE holder_index (
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    certificate_id {blob} NOT NULL,
    PRIMARY KEY (document_index, name_index, certificate_id)
) {narrow};

CREATE TABLE revocation (
    certificate_id {blob} NOT NULL,
    id {blob} NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    revoked_on {day} NOT NULL,
    recorded_at {int} NOT NULL,
    reinstated_at {int},
    reinstatement_basis TEXT,
    PRIMARY KEY (certificate_id, id)
) {narrow};

-- The last three counted application days beside each other, so that one statement on one row decides.
CREATE TABLE quota (
    certificate_id {blob} NOT NULL PRIMARY KEY,
    d1 {day},
    d2 {day},
    d3 {day}
) {narrow};

CREATE TABLE endorsement (
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
    PRIMARY KEY (certificate_id, id)
) {table};
CREATE UNIQUE INDEX endorsement_submission ON endorsement (certificate_id, idempotency_key);

CREATE TABLE endorsement_locator (
    id {blob} NOT NULL PRIMARY KEY,
    certificate_id {blob} NOT NULL
) {narrow};

CREATE TABLE token_locator (
    token_digest {blob} NOT NULL PRIMARY KEY,
    certificate_id {blob} NOT NULL,
    endorsement_id {blob},        -- NULL: a direct copy
    copy_id {blob} NOT NULL
) {narrow};

CREATE TABLE copy_digest (
    sha256 {blob} NOT NULL PRIMARY KEY,
    certificate_id {blob} NOT NULL,
    copy_id {blob} NOT NULL
) {narrow};

-- What is about to be signed, written down before the signature is asked for.
CREATE TABLE intent (
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
    PRIMARY KEY (certificate_id, copy_id, seq)
) {table};
CREATE INDEX intent_open ON intent (opened_at) WHERE state = 'open';

CREATE TABLE copy (
    certificate_id {blob} NOT NULL,
    id {blob} NOT NULL,
    endorsement_id {blob},
    format TEXT NOT NULL,
    version {int} NOT NULL,
    sha256 {blob} NOT NULL,
    size {int} NOT NULL,
    blob TEXT NOT NULL,
    copy_number TEXT NOT NULL,
    made_at {int} NOT NULL,
    sealed_at {int} NOT NULL,
    keep_until {day},             -- NULL: as long as the certificate
    state {key} NOT NULL,         -- kept | deleted
    PRIMARY KEY (certificate_id, id)
) {table};
CREATE INDEX copy_due ON copy (keep_until) WHERE state = 'kept' AND keep_until IS NOT NULL;

-- 电子印章管理办法: the signing process is recorded and kept.
CREATE TABLE sealing_record (
    certificate_id {blob} NOT NULL,
    copy_id {blob} NOT NULL,
    seal TEXT NOT NULL,
    seal_certificate {blob} NOT NULL, -- SHA-256
    algorithm TEXT NOT NULL,
    digest {blob} NOT NULL,
    sealed_at {int} NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (certificate_id, copy_id)
) {narrow};

CREATE TABLE change_request (
    id {blob} NOT NULL PRIMARY KEY,
    certificate_id {blob} NOT NULL,
    importer {key} NOT NULL,
    kind TEXT NOT NULL,
    payload {blob},               -- sealed: the corrected record
    basis TEXT NOT NULL,
    reason TEXT,
    effective_on {day},
    maker TEXT NOT NULL,
    made_at {int} NOT NULL,
    decided_by TEXT,
    decided_at {int},
    state {key} NOT NULL
) {table};
CREATE INDEX change_request_open ON change_request (id) WHERE state = 'open';

CREATE TABLE query_number (
    hash {blob} NOT NULL PRIMARY KEY,
    certificate_id {blob} NOT NULL,
    made_at {int} NOT NULL,
    expires_on {day} NOT NULL
) {narrow};

-- Objects kept outside of the database, and the data key that each is sealed with.
CREATE TABLE blob (
    name {key} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    size {int} NOT NULL,
    sha256 {blob} NOT NULL,       -- of the plain bytes
    key_id {int} NOT NULL,
    made_at {int} NOT NULL
) {narrow};

CREATE TABLE job (
    id {blob} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_key {key} NOT NULL,   -- one job of a kind for one thing
    payload {blob} NOT NULL,      -- sealed
    run_at {int} NOT NULL,
    lease_until {int},
    lease_by TEXT,
    attempts {int} NOT NULL,
    state {key} NOT NULL,         -- waiting | done | failed
    last_error TEXT
) {table};
CREATE UNIQUE INDEX job_subject ON job (kind, subject_key);
CREATE INDEX job_waiting ON job (run_at) WHERE state = 'waiting';

CREATE TABLE outbox (
    id {blob} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload {blob} NOT NULL,      -- sealed
    state {key} NOT NULL,         -- waiting | sent | failed
    attempts {int} NOT NULL,
    made_at {int} NOT NULL,
    sent_at {int},
    last_error TEXT
) {table};
CREATE INDEX outbox_waiting ON outbox (id) WHERE state = 'waiting';

CREATE TABLE request_key (
    scope {key} NOT NULL,
    idempotency_key {key} NOT NULL,
    effect TEXT NOT NULL,         -- JSON without personal data
    made_at {int} NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
) {narrow};

CREATE TABLE audit (
    id {blob} NOT NULL PRIMARY KEY,
    at {int} NOT NULL,
    actor {key} NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,         -- JSON without personal data
    request TEXT
) {table};

-- Entries that no chain link covers yet.
CREATE TABLE audit_pending (
    audit_id {blob} NOT NULL PRIMARY KEY
) {narrow};

CREATE TABLE audit_chain (
    seq {int} NOT NULL PRIMARY KEY,
    audit_id {blob} NOT NULL,
    hash {blob} NOT NULL          -- SHA-256 over the previous hash, seq and the entry
) {table};

CREATE TABLE access_count (
    day {day} NOT NULL,
    way {key} NOT NULL,
    outcome {key} NOT NULL,
    count {int} NOT NULL,
    PRIMARY KEY (day, way, outcome)
) {narrow};

-- How many certificates are online, counted while they are published.
CREATE TABLE scope_count (
    qualification {key} NOT NULL,
    level {key} NOT NULL,
    year {day} NOT NULL,
    region {key} NOT NULL,
    online {int} NOT NULL,
    PRIMARY KEY (qualification, level, year, region)
) {narrow};
