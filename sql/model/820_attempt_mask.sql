/*---
id = "attempt_mask"
title = "Which sources an attempt's legs come from, and which exclusions name it, as sums of powers of two"
why = "Bit n-1 stands for source n of the case, or for its exclusion n; up to 62 of each. A definition leaves out sources or exclusions by a mask."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
source_mask = "BIGINT"
exclusion_mask = "BIGINT"
---*/
WITH held AS (
    SELECT DISTINCT l.attempt_id, CAST(f.source_no AS BIGINT) AS source_no
    FROM attempt_leg AS l
    INNER JOIN attempt_record AS r ON l.record_id = r.record_id
    INNER JOIN file AS f ON r.file_no = f.file_no
),

named AS (
    SELECT l.attempt_id, x.exclusion_no
    FROM exclusion AS x
    INNER JOIN attempt_leg AS l ON x.subject = l.record_id
    WHERE x.kind = 'attempt'
    UNION
    SELECT m.attempt_id, x.exclusion_no
    FROM exclusion AS x
    INNER JOIN attempt_mark AS m ON x.subject = m.mark AND m.kind = 'call_id'
    WHERE x.kind = 'call_id'
    UNION
    SELECT a.attempt_id, x.exclusion_no
    FROM exclusion AS x
    INNER JOIN attempt_core AS a ON x.subject = a.caller_id
    WHERE x.kind = 'caller'
),

excluded AS (
    SELECT attempt_id, CAST(SUM(CAST(1 AS BIGINT) << (exclusion_no - 1)) AS BIGINT) AS exclusion_mask
    FROM named
    GROUP BY attempt_id
),

sourced AS (
    SELECT attempt_id, CAST(SUM(CAST(1 AS BIGINT) << (source_no - 1)) AS BIGINT) AS source_mask
    FROM held
    GROUP BY attempt_id
)

SELECT s.attempt_id, s.source_mask, COALESCE(e.exclusion_mask, 0) AS exclusion_mask
FROM sourced AS s
LEFT JOIN excluded AS e ON s.attempt_id = e.attempt_id
ORDER BY s.attempt_id
