/*---
id = "records_read"
name = "records.read"
unit = "records"
definition = "Records that the attempts files hold: rejected, not an emergency, or loaded"
grain = ["file_no"]
requires = ["attempts files"]

[columns]
file_no = "INTEGER"
path = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    file_no,
    path,
    rejected + not_emergency + loaded AS weight,
    TRUE AS is_certain
FROM file
WHERE role = 'attempts' AND status = 'loaded'
ORDER BY file_no
