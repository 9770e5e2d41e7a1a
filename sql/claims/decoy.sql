/*---
id = "decoy"
title = "Pairs that the match makes by chance: centre logs are tried with their clock moved"
why = "A centre record at the wrong hour cannot belong to the attempt, so every pair found then is chance. Call ids pair nothing here. Callers may; without a party, times alone may. One caller or one record gives no more pairs than both sides have. Of many centre records every n-th is tried, so the cost stays bounded. The program scales the counts up."

[params.shifts_ms]
type = "list"
unit = "ms"
default = ""
why = "How far the centre's clock is moved: one entry for each trial."
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
shift_ms = "BIGINT"
by_caller = "BIGINT"
weak = "BIGINT"
sampled = "BIGINT"
records = "BIGINT"
---*/
WITH asked_shift AS (
    SELECT UNNEST(CAST($shifts_ms AS BIGINT[])) AS shift_ms
),

sample AS (
    SELECT COUNT(*) AS records, GREATEST(1, (COUNT(*) + $most_records - 1) // $most_records) AS step FROM centre_core WHERE is_usable
),

numbered_record AS (
    SELECT *, ROW_NUMBER() OVER (ORDER BY call_no) AS place FROM centre_core WHERE is_usable
),

sampled_record AS (
    SELECT
        c.record_id, c.caller_id, c.network, c.route, c.has_party,
        elapsed_ms(TIMESTAMP '1970-01-01 00:00:00', c.presented_at_utc) - COALESCE(k.offset_ms, 0) AS corrected_ms
    FROM numbered_record AS c
    INNER JOIN sample AS s ON c.place % s.step = 0
    LEFT JOIN (SELECT log, CAST(FLOOR(MEDIAN(offset_ms)) AS BIGINT) AS offset_ms FROM clock GROUP BY log) AS k ON c.log = k.log
),

shifted_record AS (
    SELECT c.* REPLACE (c.corrected_ms + f.shift_ms AS corrected_ms), f.shift_ms
    FROM sampled_record AS c
    CROSS JOIN asked_shift AS f
),

real_attempt AS (
    SELECT attempt_id, caller_id, caller_basis, network, route, elapsed_ms(TIMESTAMP '1970-01-01 00:00:00', started_at_utc) AS started_ms
    FROM attempt
    WHERE NOT is_test
),

chance_of_caller AS (
    SELECT a.shift_ms, t.caller_id, LEAST(COUNT(DISTINCT t.attempt_id), COUNT(DISTINCT a.record_id)) AS pairs
    FROM real_attempt AS t
    INNER JOIN shifted_record AS a ON t.caller_id = a.caller_id
    WHERE
        t.caller_basis <> 'own' AND COALESCE(t.network = a.network, TRUE)
        AND a.corrected_ms - t.started_ms BETWEEN -1000 * $match_before_s AND 1000 * $match_after_s
    GROUP BY a.shift_ms, t.caller_id
),

chance_by_caller AS (
    SELECT shift_ms, CAST(SUM(pairs) AS BIGINT) AS pairs FROM chance_of_caller GROUP BY shift_ms
),

-- whoever starts within the window starts in the slice of time of its first instant, or of its last
window_slice AS (
    SELECT GREATEST(1, 1000 * ($match_before_s + $match_after_s)) AS slice_ms
),

record_in_slice AS (
    SELECT a.*, (a.corrected_ms - 1000 * $match_after_s) // w.slice_ms AS slice
    FROM shifted_record AS a
    CROSS JOIN window_slice AS w
    WHERE NOT a.has_party
    UNION
    SELECT a.*, (a.corrected_ms + 1000 * $match_before_s) // w.slice_ms AS slice
    FROM shifted_record AS a
    CROSS JOIN window_slice AS w
    WHERE NOT a.has_party
),

chance_by_time AS (
    SELECT a.shift_ms, COUNT(DISTINCT a.record_id) AS pairs
    FROM (SELECT r.*, r.started_ms // w.slice_ms AS slice FROM real_attempt AS r CROSS JOIN window_slice AS w) AS t
    INNER JOIN record_in_slice AS a ON t.slice = a.slice
    WHERE
        t.started_ms BETWEEN a.corrected_ms - 1000 * $match_after_s AND a.corrected_ms + 1000 * $match_before_s
        AND COALESCE(t.network = a.network, TRUE)
        AND (
            t.route = a.route
            OR (t.route IS NULL OR a.route IS NULL)
            AND ABS(a.corrected_ms - t.started_ms) <= 1000 * $weak_residual_s
        )
    GROUP BY a.shift_ms
)

SELECT
    f.shift_ms,
    COALESCE(c.pairs, 0) AS by_caller,
    COALESCE(w.pairs, 0) AS weak,
    (SELECT COUNT(*) FROM sampled_record) AS sampled,
    (SELECT records FROM sample) AS records
FROM asked_shift AS f
LEFT JOIN chance_by_caller AS c ON f.shift_ms = c.shift_ms
LEFT JOIN chance_by_time AS w ON f.shift_ms = w.shift_ms
