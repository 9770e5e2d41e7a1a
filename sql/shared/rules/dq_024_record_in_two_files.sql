/*---
id = "DQ-024"
title = "Record that is in two files of one source"
severity = "low"
why = "Files of one source overlap: a log was copied while it grew, or an export was cut with an overlap. The record is counted once. If the two records were different calls at one instant, one call is lost."
false_positives = ["Two phones with the same logged values failed in the same millisecond on one element."]
grain = ["record_id"]
[columns]
record_id = "VARCHAR"
role = "VARCHAR"
path = "VARCHAR"
first_record_id = "VARCHAR"
first_path = { type = "VARCHAR", is = "file of the record it repeats", privacy = "free_text", as = "path" }
---*/
WITH repeated_record AS (
    SELECT d.record_id, d.first_record_id, 'attempts' AS role, r.file_no, f.file_no AS first_file_no
    FROM repeated_attempt AS d
    INNER JOIN attempt_record AS r ON d.record_id = r.record_id
    INNER JOIN attempt_record AS f ON d.first_record_id = f.record_id
    UNION ALL
    SELECT d.record_id, d.first_record_id, 'centre' AS role, r.file_no, f.file_no AS first_file_no
    FROM repeated_arrival AS d
    INNER JOIN centre_record AS r ON d.record_id = r.record_id
    INNER JOIN centre_record AS f ON d.first_record_id = f.record_id
    UNION ALL
    SELECT d.record_id, d.first_record_id, 'welfare' AS role, r.file_no, f.file_no AS first_file_no
    FROM repeated_check AS d
    INNER JOIN welfare_record AS r ON d.record_id = r.record_id
    INNER JOIN welfare_record AS f ON d.first_record_id = f.record_id
    UNION ALL
    SELECT d.record_id, d.first_record_id, 'credits' AS role, r.file_no, f.file_no AS first_file_no
    FROM repeated_credit AS d
    INNER JOIN credit AS r ON d.record_id = r.record_id
    INNER JOIN credit AS f ON d.first_record_id = f.record_id
    UNION ALL
    SELECT d.record_id, d.first_record_id, 'notifications' AS role, r.file_no, f.file_no AS first_file_no
    FROM repeated_notice AS d
    INNER JOIN notification AS r ON d.record_id = r.record_id
    INNER JOIN notification AS f ON d.first_record_id = f.record_id
    UNION ALL
    SELECT d.record_id, d.first_record_id, 'complaints' AS role, r.file_no, f.file_no AS first_file_no
    FROM repeated_complaint AS d
    INNER JOIN complaint AS r ON d.record_id = r.record_id
    INNER JOIN complaint AS f ON d.first_record_id = f.record_id
)

SELECT r.record_id, r.role, a.path, r.first_record_id, b.path AS first_path
FROM repeated_record AS r
INNER JOIN file AS a ON r.file_no = a.file_no
INNER JOIN file AS b ON r.first_file_no = b.file_no
ORDER BY r.record_id
