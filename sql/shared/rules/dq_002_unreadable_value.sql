/*---
id = "DQ-002"
title = "Optional values that could not be read"
severity = "low"
clause = "records"
why = "The record was taken, the value became unknown; whatever rests on it is unknown too."
false_positives = ["A value that the logging system writes for nothing, such as a dash."]
grain = ["file_no", "column_name", "reason"]

[columns]
file_no = "INTEGER"
column_name = "VARCHAR"
reason = "VARCHAR"
path = "VARCHAR"
records = "BIGINT"
example = "VARCHAR"
---*/
SELECT
    u.file_no,
    COALESCE(u.column_name, '') AS column_name,
    u.reason,
    f.path,
    COUNT(*) AS records,
    MIN(u.value) AS example
FROM unreadable AS u
INNER JOIN file AS f ON u.file_no = f.file_no
WHERE u.reason <> 'ambiguous_time' AND u.reason <> 'number_turned_by_spreadsheet'
GROUP BY u.file_no, COALESCE(u.column_name, ''), u.reason, f.path
ORDER BY u.file_no, column_name, u.reason
