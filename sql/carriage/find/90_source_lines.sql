/*---
title = "Source lines"

[columns]
role = "VARCHAR"
path = "VARCHAR"
record_no = "BIGINT"
record_id = "VARCHAR"
belongs_to = "VARCHAR"

[params.attempts]
type = "texts"
unit = ""
default = 0
why = "ids of the attempts found"

[params.centre_calls]
type = "texts"
unit = ""
default = 0
why = "records of the centre found"
---*/
SELECT s.role, f.path, s.record_no, s.record_id, s.belongs_to
FROM (
    SELECT 'attempts' AS role, r.file_no, r.record_no, r.record_id, l.attempt_id AS belongs_to
    FROM attempt_record AS r INNER JOIN attempt_leg AS l ON r.record_id = l.record_id WHERE LIST_CONTAINS($attempts, l.attempt_id)
    UNION ALL
    SELECT 'centre' AS role, file_no, record_no, record_id, centre_call_id AS belongs_to
    FROM centre_record
    WHERE LIST_CONTAINS($centre_calls, record_id)
) AS s INNER JOIN file AS f ON s.file_no = f.file_no
ORDER BY s.role, f.path, s.record_no
