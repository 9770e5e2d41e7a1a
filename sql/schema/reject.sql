/*---
title = "One row a record that could not be taken"
[columns]
file_no = "file.file_no"
record_no = "record"
byte_offset = "first byte of the record in the unpacked content, from 0"
column_name = "column at fault; null when the record as a whole is"
value = "its text"
reason = "reason as a code"
line_text = "the record, cut after 2,000 characters"
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
