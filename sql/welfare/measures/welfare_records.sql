/*---
id = "welfare_records"
name = "welfare.records"
unit = "records"
definition = "Records that the welfare check logs hold, rejected ones included"
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
    rejected + loaded AS weight,
    TRUE AS is_certain
FROM file
WHERE role = 'welfare' AND status = 'loaded'
ORDER BY file_no
