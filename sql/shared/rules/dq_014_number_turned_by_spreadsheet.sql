/*---
id = "DQ-014"
title = "Numbers that a spreadsheet rounded"
severity = "high"
clause = "records"
why = "A spreadsheet wrote long numbers as powers of ten; the digits are gone, and with them the callers. The log must be exported again as text."
false_positives = ["A column that never held a number."]
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
