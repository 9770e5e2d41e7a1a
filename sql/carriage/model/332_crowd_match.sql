/*---
id = "crowd_match"
title = "Matches of the attempts and centre records of callers that have very many"
why = "The same choice as among few: the largest number of pairs, then the least total |residual|, then the earliest attempts, then the earliest centre records (contract 3.7). It is made from the places of both on the clock of the log, in time order, without a list of pairs."
grain = ["attempt_id"]
passing = true
solve = "crowd"

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
caller_id = "VARCHAR"
attempt_id = "VARCHAR"
record_id = "VARCHAR"
member_no = "BIGINT"
log = "VARCHAR"
network = "VARCHAR"
place_ms = "BIGINT"
before_ms = "BIGINT"
after_ms = "BIGINT"
residual_ms = "BIGINT"
---*/
-- Attempts, one row a log, and centre records go in; attempts with the record that was chosen for them come out.
WITH crowded_caller AS (
    SELECT caller_id FROM caller_crowd WHERE is_crowd
),

crowd_member AS (
    SELECT
        a.caller_id, a.attempt_id, CAST(NULL AS VARCHAR) AS record_id, a.attempt_no AS member_no, k.log, a.network,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), a.started_at_utc) + k.offset_ms AS place_ms
    FROM attempt_core AS a
    INNER JOIN crowded_caller AS q ON a.caller_id = q.caller_id
    INNER JOIN attempt_clock AS k ON a.attempt_id = k.attempt_id
    WHERE NOT a.is_test AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.attempt_id = a.attempt_id)
    UNION ALL
    SELECT
        c.caller_id, CAST(NULL AS VARCHAR) AS attempt_id, c.record_id, c.call_no AS member_no, c.log, c.network,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), c.presented_at_utc) AS place_ms
    FROM centre_core AS c
    INNER JOIN crowded_caller AS q ON c.caller_id = q.caller_id
    WHERE c.is_usable AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.record_id = c.record_id)
)

SELECT
    caller_id, attempt_id, record_id, member_no, log, network, place_ms,
    1000 * $match_before_s AS before_ms,
    1000 * $match_after_s AS after_ms,
    CAST(NULL AS BIGINT) AS residual_ms
FROM crowd_member
ORDER BY caller_id, attempt_id, record_id, log
