/*---
id = "records_rejected"
name = "records.rejected"
unit = "records"
definition = "Records of the attempts files that are damaged or lack a required value; each is kept with its reason"
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
    rejected AS weight,
    TRUE AS is_certain
FROM file
WHERE role = 'attempts' AND status = 'loaded'
ORDER BY file_no
