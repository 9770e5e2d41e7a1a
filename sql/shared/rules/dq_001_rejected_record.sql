/*---
id = "DQ-001"
title = "Record that could not be loaded"
severity = "medium"
clause = "records"
why = "A record that is damaged or lacks a required value may be a call that is in no count. Each is kept with its place and reason. While there are any, the real number of failures may be higher."
false_positives = ["The line is a trailer or comment that the layout does not describe."]
grain = ["file_no", "record_no"]

[columns]
file_no = "INTEGER"
record_no = "BIGINT"
path = "VARCHAR"
role = "VARCHAR"
column_name = "VARCHAR"
reason = "VARCHAR"
value = "VARCHAR"
---*/
SELECT
    r.file_no,
    r.record_no,
    f.path,
    f.role,
    MIN(r.column_name) AS column_name,
    MIN(r.reason) AS reason,
    MIN(r.value) AS value
FROM reject AS r
INNER JOIN file AS f ON r.file_no = f.file_no
GROUP BY r.file_no, r.record_no, f.path, f.role
ORDER BY r.file_no, r.record_no
