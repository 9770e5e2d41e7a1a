/*---
id = "DQ-014"
title = "Numbers that a spreadsheet rounded"
severity = "high"
clause = "records"
why = "A spreadsheet wrote long numbers as powers of ten. The digits are lost, and the callers cannot be identified. Export the log again as text."
false_positives = ["The column never held a number."]
grain = ["file_no", "column_name"]

[columns]
file_no = "INTEGER"
column_name = "VARCHAR"
path = "VARCHAR"
records = "BIGINT"
example = "VARCHAR"
---*/
SELECT
    u.file_no,
    COALESCE(u.column_name, '') AS column_name,
    f.path,
    COUNT(*) AS records,
    MIN(u.value) AS example
FROM unreadable AS u
INNER JOIN file AS f ON u.file_no = f.file_no
WHERE u.reason = 'number_turned_by_spreadsheet'
GROUP BY u.file_no, COALESCE(u.column_name, ''), f.path
ORDER BY u.file_no, column_name
