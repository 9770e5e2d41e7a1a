/*---
id = "decoy"
title = "Pairs that the match makes by chance: centre logs are tried with their clock moved"
why = "A centre record at the wrong hour cannot belong to the attempt, so every pair found then is chance. Call ids pair nothing here. Callers may; without a party, times alone may. One caller or one record gives no more pairs than both sides have. Of many centre records every n-th is tried, so the cost stays bounded. The program scales the counts up."

[params.shift_ms]
type = "integer"
unit = "ms"
default = 86820000
why = "How far the centre's clock is moved."
[params.match_before_s]
type = "integer"
unit = "s"
default = 5
why = "How long before the attempt the centre may have logged the call."
[params.match_after_s]
type = "integer"
unit = "s"
default = 60
why = "How long after the attempt the centre may have logged the call."
[params.weak_residual_s]
type = "integer"
unit = "s"
default = 3
why = "How near the times must be where a route is missing."
[params.most_records]
type = "integer"
unit = "records"
default = 20000
why = "Most centre records that are tried."

[columns]
by_caller = "BIGINT"
weak = "BIGINT"
sampled = "BIGINT"
records = "BIGINT"
---*/
WITH sample AS (
    SELECT COUNT(*) AS records, GREATEST(1, (COUNT(*) + $most_records - 1) // $most_records) AS step FROM centre_core WHERE is_usable
),

numbered_record AS (
    SELECT *, ROW_NUMBER() OVER (ORDER BY call_no) AS place FROM centre_core WHERE is_usable
),

real_attempt AS (
    SELECT attempt_id, caller_id, caller_basis, network, route, elapsed_ms(TIMESTAMP '1970-01-01 00:00:00', started_at_utc) AS started_ms
    FROM attempt
    WHERE NOT is_test
),

shifted_record AS (
    SELECT
        c.record_id, c.caller_id, c.network, c.route, c.has_party,
        elapsed_ms(TIMESTAMP '1970-01-01 00:00:00', c.presented_at_utc) + $shift_ms - COALESCE(k.offset_ms, 0) AS corrected_ms
    FROM numbered_record AS c
    INNER JOIN sample AS s ON c.place % s.step = 0
    LEFT JOIN (SELECT log, CAST(FLOOR(MEDIAN(offset_ms)) AS BIGINT) AS offset_ms FROM clock GROUP BY log) AS k ON c.log = k.log
),

chance_by_caller AS (
    SELECT t.caller_id, LEAST(COUNT(DISTINCT t.attempt_id), COUNT(DISTINCT a.record_id)) AS pairs
    FROM real_attempt AS t
    INNER JOIN shifted_record AS a ON t.caller_id = a.caller_id
    WHERE
        t.caller_basis <> 'own' AND COALESCE(t.network = a.network, TRUE)
        AND a.corrected_ms - t.started_ms BETWEEN -1000 * $match_before_s AND 1000 * $match_after_s
    GROUP BY t.caller_id
),

chance_by_time AS (
    SELECT COUNT(DISTINCT a.record_id) AS pairs
    FROM real_attempt AS t
    INNER JOIN (SELECT * FROM shifted_record WHERE NOT has_party) AS a
        ON t.started_ms BETWEEN a.corrected_ms - 1000 * $match_after_s AND a.corrected_ms + 1000 * $match_before_s
    WHERE
        COALESCE(t.network = a.network, TRUE)
        AND (
            t.route = a.route
            OR (t.route IS NULL OR a.route IS NULL)
            AND ABS(a.corrected_ms - t.started_ms) <= 1000 * $weak_residual_s
        )
)

SELECT
    (SELECT CAST(COALESCE(SUM(pairs), 0) AS BIGINT) FROM chance_by_caller) AS by_caller,
    (SELECT pairs FROM chance_by_time) AS weak,
    (SELECT COUNT(*) FROM shifted_record) AS sampled,
    (SELECT records FROM sample) AS records
