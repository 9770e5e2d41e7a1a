/*---
id = "caller_pair"
title = "Attempts and centre records of one caller within the match window, and whether either has a rival"
why = "Same caller, networks equal where both are known, the residual within the window (contract 3.7). Callers of a crowd are left to crowd_match: there are too many pairs to write each of them down."
grain = ["attempt_id", "record_id"]
passing = true

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
attempt_id = "VARCHAR"
record_id = "VARCHAR"
caller_id = "VARCHAR"
residual_ms = "BIGINT"
attempt_no = "BIGINT"
call_no = "BIGINT"
started_at_utc = "TIMESTAMP"
presented_at_utc = "TIMESTAMP"
is_contested = "BOOLEAN"
---*/
-- Pairs first, clocks after: in the other order every attempt would be joined with every record of a log.
WITH quiet_caller AS (
    SELECT caller_id
    FROM caller_crowd
    WHERE NOT is_crowd
),

pair_by_caller AS (
    SELECT DISTINCT
        a.attempt_id, c.record_id, c.log, a.caller_id, a.attempt_no, c.call_no, a.started_at_utc, c.presented_at_utc
    FROM attempt_core AS a
    INNER JOIN quiet_caller AS q ON a.caller_id = q.caller_id
    INNER JOIN centre_core AS c ON a.caller_id = c.caller_id
    WHERE
        NOT a.is_test
        AND a.caller_basis <> 'own'
        AND c.is_usable
        AND COALESCE(a.network = c.network, TRUE)
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.attempt_id = a.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.record_id = c.record_id)
),

pair_in_window AS (
    SELECT
        m.attempt_id, m.record_id, m.caller_id, m.attempt_no, m.call_no, m.started_at_utc, m.presented_at_utc,
        elapsed_ms(m.started_at_utc, m.presented_at_utc) - k.offset_ms AS residual_ms
    FROM pair_by_caller AS m
    INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND m.log = k.log
    WHERE elapsed_ms(m.started_at_utc, m.presented_at_utc) - k.offset_ms BETWEEN -1000 * $match_before_s AND 1000 * $match_after_s
)

SELECT
    attempt_id,
    record_id,
    caller_id,
    residual_ms,
    attempt_no,
    call_no,
    started_at_utc,
    presented_at_utc,
    COUNT(*) OVER (PARTITION BY attempt_id) > 1 OR COUNT(*) OVER (PARTITION BY record_id) > 1 AS is_contested
FROM pair_in_window
ORDER BY attempt_id, record_id
