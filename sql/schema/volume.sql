/*---
title = "Every well-formed record of the attempts files, by hour"
[columns]
file_no = "file.file_no"
network = "network, or the source's own"
element = "element, or the source's own"
hour_utc = "hour it started in; null where that cannot be read"
is_emergency = "an emergency by contract 3.1, narrowed"
is_answered = "has an answer time"
records = "records"
sequence_min = "least sequence"
sequence_max = "greatest sequence"
sequence_count = "records with a sequence"
---*/
CREATE TABLE IF NOT EXISTS volume (
    file_no INTEGER,
    network VARCHAR,
    element VARCHAR,
    hour_utc TIMESTAMP,
    is_emergency BOOLEAN,
    is_answered BOOLEAN,
    records BIGINT,
    sequence_min BIGINT,
    sequence_max BIGINT,
    sequence_count BIGINT
);
