-- What holders are told, and who looked at their certificates.

CREATE TABLE message (
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    id {blob} NOT NULL,           -- by which nothing is told twice
    kind TEXT NOT NULL,
    payload {blob} NOT NULL,      -- sealed JSON
    made_at {int} NOT NULL,
    read_at {int},
    PRIMARY KEY (document_index, name_index, id)
) {narrow};

-- What is sent to the contact, too. An account without a row: the usual.
CREATE TABLE message_choice (
    document_index {blob} NOT NULL,
    name_index {blob} NOT NULL,
    kinds TEXT NOT NULL,          -- separated by spaces
    PRIMARY KEY (document_index, name_index)
) {narrow};

-- Look-ups that found a certificate, and staff who read it. Nothing of who asked from outside.
CREATE TABLE certificate_access (
    certificate_id {blob} NOT NULL,
    day {day} NOT NULL,
    way {key} NOT NULL,
    outcome {key} NOT NULL,
    actor {key} NOT NULL,         -- of staff: their organisation; empty otherwise
    count {int} NOT NULL,
    PRIMARY KEY (certificate_id, day, way, outcome, actor)
) {narrow};

-- What went online on which day: the news.
CREATE TABLE release_count (
    day {day} NOT NULL,
    qualification {key} NOT NULL,
    level {key} NOT NULL,
    year {day} NOT NULL,
    online {int} NOT NULL,
    PRIMARY KEY (day, qualification, level, year)
) {narrow};
INSERT INTO release_count (day, qualification, level, year, online)
    SELECT (published_at + 28800000) / 86400000, qualification, level, year, count(*) FROM certificate
    WHERE published_at IS NOT NULL GROUP BY (published_at + 28800000) / 86400000, qualification, level, year;

-- What was done long ago goes.
CREATE INDEX job_done ON job (run_at) WHERE state <> 'waiting';
