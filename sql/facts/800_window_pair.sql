/*---
id = "window_pair"
title = "Attempts and centre records of one caller within half and within twice the match window, and whether either has a rival there"
why = "The count is shown for 0.5, 1 and 2 times the window, so a reader sees its effect. In each window the match is made again by the usual rules (contract 3.7), from what the ids left unmatched. Callers of a crowd are left to window_crowd."
grain = ["width", "attempt_id", "record_id"]

[params.match_before_s]
type = "integer"
unit = "s"
default = 5
min = 0
why = "How long before the attempt the centre may have logged the call."
[params.match_after_s]
type = "integer"
unit = "s"
default = 60
min = 0
why = "How long after the attempt the centre may have logged the call."

[columns]
width = "VARCHAR"
cluster = "VARCHAR"
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
attempt_no = "BIGINT"
call_no = "BIGINT"
started_at_utc = "TIMESTAMP"
presented_at_utc = "TIMESTAMP"
is_contested = "BOOLEAN"
---*/
-- Pairs first, clocks after: in the other order every attempt would be joined with every record of a log.
WITH pair_by_caller AS (
    SELECT DISTINCT
        a.attempt_id, c.record_id, c.log, a.caller_id, a.attempt_no, c.call_no, a.started_at_utc, c.presented_at_utc
    FROM attempt_core AS a
    INNER JOIN caller_crowd AS q ON a.caller_id = q.caller_id AND NOT q.is_crowd
    INNER JOIN centre_core AS c ON a.caller_id = c.caller_id
    WHERE
        NOT a.is_test
        AND a.caller_basis <> 'own'
        AND c.is_usable
        AND COALESCE(a.network = c.network, TRUE)
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.attempt_id = a.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.record_id = c.record_id)
),

pair_in_double_window AS (
    SELECT
        m.attempt_id, m.record_id, m.caller_id, m.attempt_no, m.call_no, m.started_at_utc, m.presented_at_utc,
        elapsed_ms(m.started_at_utc, m.presented_at_utc) - k.offset_ms AS residual_ms
    FROM pair_by_caller AS m
    INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND m.log = k.log
    WHERE elapsed_ms(m.started_at_utc, m.presented_at_utc) - k.offset_ms BETWEEN -2000 * $match_before_s AND 2000 * $match_after_s
),

pair_in_window AS (
    SELECT 'double' AS width, n.* FROM pair_in_double_window AS n
    UNION ALL
    SELECT 'half' AS width, n.* FROM pair_in_double_window AS n
    WHERE 2 * n.residual_ms BETWEEN -1000 * $match_before_s AND 1000 * $match_after_s
)

SELECT
    width,
    CONCAT(width, ' ', caller_id) AS cluster,
    attempt_id,
    record_id,
    residual_ms,
    attempt_no,
    call_no,
    started_at_utc,
    presented_at_utc,
    COUNT(*) OVER (PARTITION BY width, attempt_id) > 1 OR COUNT(*) OVER (PARTITION BY width, record_id) > 1 AS is_contested
FROM pair_in_window
ORDER BY width, attempt_id, record_id
