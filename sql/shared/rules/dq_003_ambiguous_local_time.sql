/*---
id = "DQ-003"
title = "Local time that occurred twice"
severity = "medium"
why = "When clocks are set back, one hour occurs twice. A time without an offset does not say which of the two is meant. The earlier one is used. The real time may be an hour later, and so inside or outside an outage."
false_positives = ["The system keeps standard time all year. Declare its zone."]
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
