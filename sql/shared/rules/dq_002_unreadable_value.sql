/*---
id = "DQ-002"
title = "Optional values that could not be read"
severity = "low"
clause = "records"
why = "The record was loaded, and this value became unknown. Every result that needs the value is unknown too."
false_positives = ["The logging system writes this text, for example a dash, where there is no value."]
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
