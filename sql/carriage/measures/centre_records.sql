/*---
id = "centre_records"
name = "centre.records"
unit = "records"
definition = "Records that the centre logs hold, rejected ones included"
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
    rejected + loaded AS weight,
    TRUE AS is_certain
FROM file
WHERE role = 'centre' AND status = 'loaded'
ORDER BY file_no
