/*---
id = "records_loaded"
name = "records.loaded"
unit = "records"
definition = "Records of the attempts files that describe an emergency attempt"
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
    loaded AS weight,
    TRUE AS is_certain
FROM file
WHERE role = 'attempts' AND status = 'loaded'
ORDER BY file_no
