/*---
id = "centre_rejected"
name = "centre.rejected"
unit = "records"
definition = "Records of the centre logs that are damaged or lack a required value"
grain = ["file_no"]
requires = ["centre files"]

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
WHERE role = 'centre' AND status = 'loaded'
ORDER BY file_no
