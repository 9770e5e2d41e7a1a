/*---
id = "records_not_emergency"
name = "records.not_emergency"
unit = "records"
definition = "Records of the attempts files that are no emergency call by the regime's numbers"
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
    not_emergency AS weight,
    TRUE AS is_certain
FROM file
WHERE role = 'attempts' AND status = 'loaded'
ORDER BY file_no
