/*---
title = "Remarks about a file that do not change its content. No finding uses them"
[columns]
record_no = "record; null for the file as a whole"
reason = "reason as a code"
---*/
CREATE TABLE IF NOT EXISTS notice (
    file_no INTEGER,
    record_no BIGINT,
    reason VARCHAR
);
