/*---
title = "Where an element's sequence does not continue by one"
[columns]
file_no = "file.file_no of the record before"
element = "element; null where one counter serves the whole network"
kind = "hole, jump, repeat, wrap, restart, or unclear where numbers are scattered over files"
hour_utc = "hour of the record before, where known"
---*/
CREATE TABLE IF NOT EXISTS sequence_gap (
    file_no INTEGER,
    element VARCHAR,
    after_sequence BIGINT,
    before_sequence BIGINT,
    missing BIGINT,
    kind VARCHAR,
    hour_utc TIMESTAMP
);
