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
    SELECT
        c.record_id, c.log, c.caller_id, c.call_no,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), c.presented_at_utc) AS presented_ms
    FROM centre_core AS c
    WHERE c.is_usable AND NOT EXISTS (SELECT 1 FROM match AS m WHERE m.record_id = c.record_id)
),

failed_episode AS (
    SELECT
        e.episode_id, e.caller_id, k.log,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), e.last_failed_at_utc) + k.offset_ms AS failed_ms
    FROM episode_core AS e
    INNER JOIN attempt_clock AS k ON e.last_failed_attempt_id = k.attempt_id
    WHERE EXISTS (SELECT 1 FROM unmatched_call AS u WHERE u.caller_id = e.caller_id)
),

-- Time is cut into stretches as long as the gap. A call that fits lies in its episode's stretch or in the next one.
stretch_width AS (
    SELECT 1000 * $episode_gap_s + 1 AS stretch_ms
),

episode_in_stretch AS (
    SELECT e.episode_id, e.caller_id, e.log, e.failed_ms, e.failed_ms - MOD(e.failed_ms, w.stretch_ms) AS stretch
    FROM failed_episode AS e
    CROSS JOIN stretch_width AS w
    UNION ALL
    SELECT
        e.episode_id, e.caller_id, e.log, e.failed_ms,
        e.failed_ms - MOD(e.failed_ms, w.stretch_ms) + w.stretch_ms AS stretch
    FROM failed_episode AS e
    CROSS JOIN stretch_width AS w
),

call_in_stretch AS (
    SELECT u.record_id, u.log, u.caller_id, u.call_no, u.presented_ms, u.presented_ms - MOD(u.presented_ms, w.stretch_ms) AS stretch
    FROM unmatched_call AS u
    CROSS JOIN stretch_width AS w
),

ranked_rescue AS (
    SELECT
        e.episode_id, u.record_id,
        ROW_NUMBER() OVER (PARTITION BY e.episode_id ORDER BY u.call_no) AS place
    FROM episode_in_stretch AS e
    INNER JOIN call_in_stretch AS u ON e.caller_id = u.caller_id AND e.log = u.log AND e.stretch = u.stretch
    WHERE u.presented_ms - e.failed_ms BETWEEN 0 AND 1000 * $episode_gap_s
)

SELECT episode_id, record_id
FROM ranked_rescue
WHERE place = 1
ORDER BY episode_id
