/*---
id = "BAL-040"
title = "Duties of notice = not due + cannot tell + missing + misaddressed + late + lacks fields + in time"
why = "Each duty under each outage has exactly one status; without a log of notices none has (contract 5.5)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*)
        FROM duty_status
        WHERE EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'notifications' AND r.is_evidence)
    ) AS expected,
    (
        SELECT COUNT(*)
        FROM duty_status
        WHERE status IN ('not_due', 'cannot_tell', 'missing', 'misaddressed', 'late', 'lacks_fields', 'in_time')
    ) AS actual,
    'relation duty_status, column status' AS where_to_look
