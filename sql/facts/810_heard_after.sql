/*---
id = "heard_after"
title = "How long after an attempt the centre has its caller in a call that no attempt in the logs explains"
why = "Another network carried the call (contract 3.9). The time is kept, so a figure may use any gap up to an hour."
grain = ["attempt_id"]

[params.episode_gap_s]
type = "integer"
unit = "s"
default = 600
min = 0
why = "How long after the last failed attempt another network's call still belongs to the episode."

[columns]
attempt_id = "VARCHAR"
heard_after_ms = "BIGINT"
---*/
WITH unmatched_call AS (
    SELECT c.log, c.caller_id, c.presented_at_utc
    FROM centre_core AS c
    WHERE c.is_usable AND NOT EXISTS (SELECT 1 FROM match AS m WHERE m.record_id = c.record_id)
),

attempt_call AS (
    SELECT DISTINCT a.attempt_id, u.log, elapsed_ms(a.started_at_utc, u.presented_at_utc) AS difference_ms
    FROM attempt_core AS a
    INNER JOIN unmatched_call AS u ON a.caller_id = u.caller_id
),

corrected_call AS (
    SELECT m.attempt_id, m.difference_ms - k.offset_ms AS heard_after_ms
    FROM attempt_call AS m
    INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND m.log = k.log
)

SELECT attempt_id, MIN(heard_after_ms) AS heard_after_ms
FROM corrected_call
WHERE heard_after_ms BETWEEN 0 AND 1000 * GREATEST($episode_gap_s, 3600)
GROUP BY attempt_id
ORDER BY attempt_id
