/*---
id = "DQ-001"
title = "Record that could not be taken"
severity = "medium"
clause = "records"
why = "A record that is damaged or lacks a required value may be a call that nobody counts. Each is kept with its place and reason; a count of failures is a floor while there are any."
false_positives = ["A trailer or comment line that the layout does not know."]
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
