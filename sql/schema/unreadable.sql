/*---
title = "Values that became null, and values in doubt"
[columns]
record_no = "record; null for the file as a whole"
value = "its text"
reason = "reason as a code"
---*/
CREATE TABLE IF NOT EXISTS unreadable (
    file_no INTEGER,
    record_no BIGINT,
    column_name VARCHAR,
    value VARCHAR,
    reason VARCHAR
);
