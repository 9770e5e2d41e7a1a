/*---
id = "call_id_pair"
title = "Attempts and centre records that carry one call id, their corrected times within an hour, and whether either has a rival"
why = "A call id that both sides logged goes before party and network (contract 3.7). Pairs of a crowded id are left to shared_id_match: there are too many to write each of them down. Who carries such an id has rivals."
grain = ["attempt_id", "record_id"]
passing = true

[params.call_id_residual_s]
type = "integer"
unit = "s"
default = 3600
min = 0
why = "A longer difference means that the call id was used again."

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
is_contested = "BOOLEAN"
---*/
-- Pairs first, clocks after: in the other order every attempt would be joined with every record of a log.
WITH id_of_attempt AS (
    SELECT m.attempt_id, m.mark
    FROM attempt_mark AS m
    LEFT JOIN crowded_id AS s ON m.mark = s.mark
    WHERE m.kind = 'call_id' AND NOT m.is_test AND s.mark IS NULL
),

pair_by_id AS (
    SELECT DISTINCT m.attempt_id, c.record_id, c.log, c.presented_at_utc
    FROM id_of_attempt AS m
    INNER JOIN centre_mark AS i ON m.mark = i.mark
    INNER JOIN centre_core AS c ON i.record_id = c.record_id
),

pair_in_time AS (
    SELECT
        m.attempt_id, m.record_id,
        elapsed_ms(a.started_at_utc, m.presented_at_utc) - k.offset_ms AS residual_ms
    FROM pair_by_id AS m
    INNER JOIN attempt_core AS a ON m.attempt_id = a.attempt_id
    INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND m.log = k.log
    WHERE ABS(elapsed_ms(a.started_at_utc, m.presented_at_utc) - k.offset_ms) <= $call_id_residual_s * 1000
),

attempt_with_rivals AS (
    SELECT attempt_id FROM pair_in_time GROUP BY attempt_id HAVING COUNT(*) > 1
    UNION
    SELECT m.attempt_id
    FROM attempt_mark AS m
    INNER JOIN crowded_id AS s ON m.mark = s.mark
    WHERE m.kind = 'call_id'
),

record_with_rivals AS (
    SELECT record_id FROM pair_in_time GROUP BY record_id HAVING COUNT(*) > 1
    UNION
    SELECT i.record_id
    FROM centre_mark AS i
    INNER JOIN crowded_id AS s ON i.mark = s.mark
)

SELECT
    p.attempt_id, p.record_id, p.residual_ms,
    EXISTS (SELECT 1 FROM attempt_with_rivals AS r WHERE r.attempt_id = p.attempt_id)
    OR EXISTS (SELECT 1 FROM record_with_rivals AS r WHERE r.record_id = p.record_id) AS is_contested
FROM pair_in_time AS p
ORDER BY p.attempt_id, p.record_id
