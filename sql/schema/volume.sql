/*---
title = "Number of well-formed records of the attempts files, by hour"
[columns]
element = "element, or the source's own"
hour_utc = "hour it started in; null where that cannot be read"
is_emergency = { is = "an emergency by its number or its mark, after emergency_only_when", privacy = "public" }
is_answered = "has an answer time, or says that it was answered; null where its log shows no answer of any call"
sequence_min = { is = "least sequence", privacy = "public" }
sequence_max = { is = "greatest sequence", privacy = "public" }
sequence_count = { is = "records with a sequence", privacy = "public", unit = "records" }
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
