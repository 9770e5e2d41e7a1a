/*---
id = "shifted_clock"
title = "Attempts without a match whose certain pairs lie at one distance outside the match window, by log and network"
why = "Few pairs give no offset, and a clock set in the middle of an hour has two: calls that arrived then count as failed. Retries lie at any distance. Three and more certain pairs (contract 3.6), each within 2 s of the next, that are most calls with a pair between the first and the last of them, in an hour or over all, are no chance. What the gate shifted_times says is left out."
grain = ["log", "network"]

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
why = "How long after the attempt the centre may have logged the call. One distance is no wider than this window."

[params.gate_shifted_times_permille]
type = "integer"
unit = "of 1,000 attempts"
default = 500
min = 0
why = "What that gate says is not said twice."

[params.gate_shifted_times_least]
type = "integer"
unit = "attempts"
default = 5
min = 1
why = "What that gate says is not said twice."

[columns]
log = "VARCHAR"
network = "VARCHAR"
attempts = { type = "BIGINT", is = "failed or undetermined attempts with a certain pair at the common distance" }
least_ms = { type = "BIGINT", is = "from the attempt to its centre record, the least", privacy = "public" }
most_ms = { type = "BIGINT", is = "from the attempt to its centre record, the most", privacy = "public" }
---*/
-- what was matched in another way is no loss, on either side
WITH lost_pair AS (
    SELECT p.attempt_id, p.record_id, p.log, p.network, p.difference_ms, a.started_at_utc
    FROM distant_pair AS p
    INNER JOIN attempt AS a ON p.attempt_id = a.attempt_id
    INNER JOIN centre_call AS c ON p.record_id = c.record_id
    WHERE a.state IN ('failed', 'undetermined') AND a.centre_record_id IS NULL AND c.bucket = 'orphan'
),

timed_attempt AS (
    SELECT attempt_id, record_id, log, network, started_at_utc, difference_ms FROM lost_pair
    UNION ALL
    SELECT a.attempt_id, c.record_id, c.log, COALESCE(a.network, '') AS network, a.started_at_utc, NULL AS difference_ms
    FROM attempt AS a
    INNER JOIN centre_call AS c ON a.centre_record_id = c.record_id
    WHERE EXISTS (SELECT 1 FROM lost_pair AS p WHERE p.log = c.log AND p.network = COALESCE(a.network, ''))
),

attempt_in_order AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY log, network ORDER BY started_at_utc, attempt_id, record_id) AS place
    FROM timed_attempt
),

lost_in_order AS (SELECT * FROM attempt_in_order WHERE difference_ms IS NOT NULL),

-- an hour, and all of them together, since an hour may have one call alone
pair_of_part AS (
    SELECT *, CAST(DATE_TRUNC('hour', started_at_utc) AS VARCHAR) AS part FROM lost_in_order
    UNION ALL
    SELECT *, 'all' AS part FROM lost_in_order
),

pair_with_previous AS (
    SELECT
        *,
        LAG(difference_ms, 1) OVER (PARTITION BY log, network, part ORDER BY difference_ms, place) AS previous_ms
    FROM pair_of_part
),

pair_in_group AS (
    SELECT
        *,
        SUM(CASE WHEN difference_ms - previous_ms <= 2000 THEN 0 ELSE 1 END) OVER (
            PARTITION BY log, network, part ORDER BY difference_ms, place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS group_no
    FROM pair_with_previous
),

common_distance AS (
    SELECT log, network, part, group_no
    FROM pair_in_group
    GROUP BY log, network, part, group_no
    HAVING
        COUNT(*) >= 3
        AND 2 * COUNT(*) > MAX(place) - MIN(place) + 1
        AND MAX(difference_ms) - MIN(difference_ms) <= 1000 * ($match_before_s + $match_after_s)
),

open_gate AS (
    SELECT log, COALESCE(network, '') AS network, shift_s
    FROM shifted_time
    WHERE attempts >= $gate_shifted_times_least AND attempts * 1000 > unmatched * $gate_shifted_times_permille
)

SELECT
    p.log, p.network,
    COUNT(DISTINCT p.attempt_id) AS attempts,
    MIN(p.difference_ms) AS least_ms,
    MAX(p.difference_ms) AS most_ms
FROM pair_in_group AS p
INNER JOIN common_distance AS d
    ON p.log = d.log AND p.network = d.network AND p.part = d.part AND p.group_no = d.group_no
WHERE
    NOT EXISTS (
        SELECT 1 FROM open_gate AS g
        WHERE
            g.log = p.log
            AND g.network = p.network
            AND p.difference_ms - 1000 * g.shift_s BETWEEN -60000 AND 60000
    )
GROUP BY p.log, p.network
ORDER BY p.log, p.network
