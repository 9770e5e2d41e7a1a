/*---
title = "One row for each record that could not be loaded"
[columns]
byte_offset = { is = "first byte of the record in the unpacked content, from 0", privacy = "public" }
value = "its text"
reason = "reason as a code"
line_text = { is = "the record, cut after 2,000 characters", privacy = "secret" }
---*/
CREATE TABLE IF NOT EXISTS reject (
    file_no INTEGER,
    record_no BIGINT,
    byte_offset BIGINT,
    column_name VARCHAR,
    value VARCHAR,
    reason VARCHAR,
    line_text VARCHAR
);
