/*---
id = "attempt_exclusion"
title = "The exclusions of the case that name an attempt: by one of its records, by an id or by its caller"
grain = ["attempt_id", "exclusion_no"]

[columns]
attempt_id = "VARCHAR"
exclusion_no = "BIGINT"
---*/
WITH excluded_attempt AS (
    SELECT l.attempt_id, x.exclusion_no
    FROM exclusion AS x
    INNER JOIN attempt_leg AS l ON x.subject = l.record_id
    WHERE x.kind = 'attempt'
    UNION ALL
    SELECT m.attempt_id, x.exclusion_no
    FROM exclusion AS x
    INNER JOIN attempt_mark AS m ON x.subject = m.mark AND m.kind = 'call_id'
    WHERE x.kind = 'call_id'
    UNION ALL
    SELECT a.attempt_id, x.exclusion_no
    FROM exclusion AS x
    INNER JOIN attempt_core AS a ON x.subject = a.caller_id
    WHERE x.kind = 'caller'
)

SELECT DISTINCT attempt_id, CAST(exclusion_no AS BIGINT) AS exclusion_no
FROM excluded_attempt
ORDER BY attempt_id, exclusion_no
