/*---
id = "welfare_rejected"
name = "welfare.rejected"
unit = "records"
definition = "Records of the welfare check logs that are damaged or lack a required value"
grain = ["file_no"]
requires = ["welfare files"]

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
WHERE role = 'welfare' AND status = 'loaded'
ORDER BY file_no
