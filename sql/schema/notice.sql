/*---
title = "What is to be said of a file and takes nothing from what it holds: no finding rests on it"
[columns]
record_no = "record; null for the file as a whole"
reason = "reason as a code"
---*/
CREATE TABLE IF NOT EXISTS notice (
    file_no INTEGER,
    record_no BIGINT,
    reason VARCHAR
);
