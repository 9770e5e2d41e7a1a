/*---
id = "DQ-003"
title = "Local time that happened twice"
severity = "medium"
why = "When clocks are set back an hour happens twice, and a time without an offset does not say which of them is meant. The earlier is taken; a call may move by an hour, out of an outage or into it."
false_positives = ["Records of a system that keeps standard time all year: declare its zone."]
grain = ["file_no", "record_no", "column_name"]

[columns]
file_no = "INTEGER"
record_no = "BIGINT"
column_name = "VARCHAR"
path = "VARCHAR"
value = "VARCHAR"
---*/
SELECT
    u.file_no,
    u.record_no,
    COALESCE(u.column_name, '') AS column_name,
    f.path,
    MIN(u.value) AS value
FROM unreadable AS u
INNER JOIN file AS f ON u.file_no = f.file_no
WHERE u.reason = 'ambiguous_time'
GROUP BY u.file_no, u.record_no, COALESCE(u.column_name, ''), f.path
ORDER BY u.file_no, u.record_no, column_name
