/*---
id = "wide_match"
title = "Attempts without a match that would have one if the window were twice as wide"
why = "The count is told at 0.5, 1 and 2 times the window, so that a reader sees what hangs on it. Of what the match left over, pairs that are nearest for both sides."
grain = ["attempt_id"]

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
---*/
-- who met whom is settled first: joined the other way round, every attempt would meet every record of a log
WITH met AS (
    SELECT DISTINCT
        a.attempt_id, c.record_id, c.log, a.attempt_no, c.call_no,
        elapsed_ms(a.started_at_utc, c.presented_at_utc) AS difference_ms
    FROM attempt_core AS a
    INNER JOIN attempt_state AS s ON a.attempt_id = s.attempt_id AND s.record_id IS NULL
    INNER JOIN centre_core AS c ON a.caller_id = c.caller_id
    WHERE
        a.test_rank = 9
        AND a.caller_basis <> 'own'
        AND c.is_usable
        AND COALESCE(a.network = c.network, TRUE)
        AND NOT EXISTS (SELECT 1 FROM match AS m WHERE m.record_id = c.record_id)
),

possible AS (
    SELECT m.attempt_id, m.record_id, m.attempt_no, m.call_no, ABS(m.difference_ms - k.offset_ms) AS distance_ms
    FROM met AS m
    INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND m.log = k.log
    WHERE m.difference_ms - k.offset_ms BETWEEN -2000 * $match_before_s AND 2000 * $match_after_s
),

placed AS (
    SELECT
        attempt_id, record_id,
        ROW_NUMBER() OVER (PARTITION BY attempt_id ORDER BY distance_ms, call_no) AS attempt_place,
        ROW_NUMBER() OVER (PARTITION BY record_id ORDER BY distance_ms, attempt_no) AS record_place
    FROM possible
)

SELECT attempt_id, record_id
FROM placed
WHERE attempt_place = 1 AND record_place = 1
ORDER BY attempt_id
