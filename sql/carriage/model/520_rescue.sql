/*---
id = "rescue"
title = "Episodes whose caller the centre has in a call that no attempt in the logs explains"
why = "Another network carried the call. The attempt stays failed, and the caller was reached (contract 3.9)."
grain = ["episode_id"]

[params.episode_gap_s]
type = "integer"
unit = "s"
default = 600
min = 0
why = "How long after the last failed attempt another network's call still belongs to the episode."

[columns]
episode_id = "VARCHAR"
record_id = "VARCHAR"
---*/
WITH unmatched_call AS (
    SELECT c.record_id, c.log, c.caller_id, c.call_no, c.presented_at_utc
    FROM centre_core AS c
    WHERE c.is_usable AND NOT EXISTS (SELECT 1 FROM match AS m WHERE m.record_id = c.record_id)
),

-- Pairs first, clocks after: in the other order every episode would be joined with every call of a log.
episode_call AS (
    SELECT DISTINCT
        e.episode_id, e.last_failed_attempt_id, u.record_id, u.log, u.call_no,
        elapsed_ms(e.last_failed_at_utc, u.presented_at_utc) AS difference_ms
    FROM episode_core AS e
    INNER JOIN unmatched_call AS u ON e.caller_id = u.caller_id
),

ranked_rescue AS (
    SELECT
        m.episode_id, m.record_id,
        ROW_NUMBER() OVER (PARTITION BY m.episode_id ORDER BY m.call_no) AS place
    FROM episode_call AS m
    INNER JOIN attempt_clock AS k ON m.last_failed_attempt_id = k.attempt_id AND m.log = k.log
    WHERE m.difference_ms - k.offset_ms BETWEEN 0 AND 1000 * $episode_gap_s
)

SELECT episode_id, record_id
FROM ranked_rescue
WHERE place = 1
ORDER BY episode_id
