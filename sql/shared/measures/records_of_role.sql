/*---
id = "{id}"
name = "{name}"
unit = "records"
definition = "{definition}"
grain = ["file_no"]
requires = ["{role} files"]

[columns]
file_no = "INTEGER"
path = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    file_no,
    path,
    "{buckets}" AS weight,
    TRUE AS is_certain
FROM file
WHERE role = '{role}' AND status = 'loaded'
ORDER BY file_no
