/*---
id = "BAL-034"
title = "Callers owed a check = in time + referred + late + unknown + no contact + missing + no identity"
why = "Each caller owed a check has exactly one status; without a welfare log none has (contract 3.12, 3.13)."

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
        SELECT
            COUNT(CASE WHEN welfare_status = 'in_time' THEN 1 END)
            + COUNT(CASE WHEN welfare_status = 'referred' THEN 1 END)
            + COUNT(CASE WHEN welfare_status = 'late' THEN 1 END)
            + COUNT(CASE WHEN welfare_status = 'unknown' THEN 1 END)
            + COUNT(CASE WHEN welfare_status = 'no_contact' THEN 1 END)
            + COUNT(CASE WHEN welfare_status = 'missing' THEN 1 END)
            + COUNT(CASE WHEN welfare_status = 'no_identity' THEN 1 END)
        FROM caller
    ) AS actual,
    'relations welfare_duty and caller, column welfare_status' AS where_to_look
