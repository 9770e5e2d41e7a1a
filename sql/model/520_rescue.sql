/*---
id = "rescue"
title = "Episodes in which the centre heard from the caller though no attempt in the logs explains it"
why = "Another network carried the call: the attempt stays failed, the caller was reached (contract 3.9)."
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
WITH heard AS (
    SELECT
        e.episode_id, c.record_id,
        ROW_NUMBER() OVER (PARTITION BY e.episode_id ORDER BY c.call_no) AS place
    FROM episode_core AS e
    INNER JOIN centre_core AS c ON e.caller_id = c.caller_id
    INNER JOIN attempt_clock AS k ON e.last_failed_attempt_id = k.attempt_id AND c.log = k.log
    WHERE
        c.is_usable
        AND elapsed_ms(e.last_failed_at_utc, c.presented_at_utc) - k.offset_ms BETWEEN 0 AND 1000 * $episode_gap_s
        AND NOT EXISTS (SELECT 1 FROM match AS m WHERE m.record_id = c.record_id)
)

SELECT episode_id, record_id
FROM heard
WHERE place = 1
ORDER BY episode_id
