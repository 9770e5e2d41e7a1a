/*---
id = "{id}"
title = "{title}"
why = "{why}"

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(DISTINCT caller_id)
        FROM welfare_duty
        WHERE EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'welfare' AND r.is_evidence)
    ) AS expected,
    (
        SELECT COUNT(CASE WHEN welfare_status IN ('{values}') THEN 1 END)
        FROM caller
    ) AS actual,
    'relations welfare_duty and caller, column welfare_status' AS where_to_look
