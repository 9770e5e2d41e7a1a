/*---
id = "unread_value"
title = "What could not be read of each record, as text"
why = "Two records are copies only if they say the same. A value that could not be read is null in both, so its text is compared: two words are not equal only because neither is understood (contract 2)."
grain = ["file_no", "record_no"]
passing = true

[columns]
file_no = "INTEGER"
record_no = "BIGINT"
unread = { type = "BIGINT", is = "values that could not be read" }
first_unread = "VARCHAR"
last_unread = "VARCHAR"
---*/
SELECT
    file_no, record_no, COUNT(*) AS unread,
    MIN(column_name || ' ' || LOWER(TRIM(COALESCE(value, '')))) AS first_unread,
    MAX(column_name || ' ' || LOWER(TRIM(COALESCE(value, '')))) AS last_unread
FROM unreadable
GROUP BY file_no, record_no
ORDER BY file_no, record_no
