/*---
title = "Source lines"

[columns]
role = "VARCHAR"
path = "VARCHAR"
record_no = "BIGINT"
record_id = "VARCHAR"
belongs_to = "VARCHAR"

[params.checks]
type = "texts"
unit = ""
default = 0
why = "records of the checks found"
---*/
SELECT 'welfare' AS role, f.path, r.record_no, r.record_id, r.check_id AS belongs_to
FROM welfare_record AS r INNER JOIN file AS f ON r.file_no = f.file_no
WHERE LIST_CONTAINS($checks, r.record_id)
ORDER BY f.path, r.record_no
