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
    SELECT c.log, c.caller_id, elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), c.presented_at_utc) AS at_ms
    FROM centre_core AS c
    WHERE c.is_usable AND NOT EXISTS (SELECT 1 FROM match AS m WHERE m.record_id = c.record_id)
),

attempt_on_log AS (
    SELECT
        a.attempt_id, a.caller_id, k.log,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), a.started_at_utc) + k.offset_ms AS at_ms
    FROM attempt_core AS a
    INNER JOIN attempt_clock AS k ON a.attempt_id = k.attempt_id
    WHERE EXISTS (SELECT 1 FROM unmatched_call AS u WHERE u.caller_id = a.caller_id)
),

caller_event AS (
    SELECT caller_id, log, at_ms, attempt_id, CAST(NULL AS BIGINT) AS call_ms FROM attempt_on_log
    UNION ALL
    SELECT caller_id, log, at_ms, NULL AS attempt_id, at_ms AS call_ms FROM unmatched_call
),

-- the next call of the caller, by the clock of its log
next_call AS (
    SELECT
        attempt_id,
        MIN(call_ms) OVER (PARTITION BY caller_id, log ORDER BY at_ms DESC) - at_ms AS heard_after_ms
    FROM caller_event
)

SELECT attempt_id, MIN(heard_after_ms) AS heard_after_ms
FROM next_call
WHERE attempt_id IS NOT NULL AND heard_after_ms BETWEEN 0 AND 1000 * GREATEST($episode_gap_s, 3600)
GROUP BY attempt_id
ORDER BY attempt_id
