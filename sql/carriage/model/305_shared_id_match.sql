/*---
id = "shared_id_match"
title = "One-to-one matches by call id among attempts and centre records that have rivals, nearest first"
why = "Of pairs that share an id the nearest in time goes first; of attempts that are equally near the earliest, and of records the earliest (contract 3.7). In one lane, an id in a log, each attempt fits each record within the time."
grain = ["attempt_id"]
passing = true
solve = "nearest"

[params.call_id_residual_s]
type = "integer"
unit = "s"
default = 3600
min = 0
why = "A longer difference means that the call id was used again."

[columns]
log = "VARCHAR"
network = { type = "VARCHAR", is = "empty: an id goes before the network" }
lane = { type = "VARCHAR", is = "the id" }
attempt_id = "VARCHAR"
record_id = "VARCHAR"
member_no = "BIGINT"
place_ms = "BIGINT"
before_ms = "BIGINT"
after_ms = "BIGINT"
residual_ms = "BIGINT"
---*/
-- Attempts and centre records go in; attempts with the record that was chosen for them come out.
WITH contested_attempt AS (
    SELECT attempt_id FROM call_id_pair WHERE is_contested
    UNION
    SELECT m.attempt_id
    FROM attempt_mark AS m
    INNER JOIN crowded_id AS s ON m.mark = s.mark
    WHERE m.kind = 'call_id'
),

contested_record AS (
    SELECT record_id FROM call_id_pair WHERE is_contested
    UNION
    SELECT i.record_id
    FROM centre_mark AS i
    INNER JOIN crowded_id AS s ON i.mark = s.mark
),

record_of_id AS (
    SELECT i.mark, c.log, c.record_id, c.call_no, elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), c.presented_at_utc) AS place_ms
    FROM contested_record AS q
    INNER JOIN centre_mark AS i ON q.record_id = i.record_id
    INNER JOIN centre_core AS c ON i.record_id = c.record_id
),

attempt_of_id AS (
    SELECT m.mark, m.attempt_id
    FROM contested_attempt AS q
    INNER JOIN attempt_mark AS m ON q.attempt_id = m.attempt_id
    WHERE m.kind = 'call_id' AND NOT m.is_test
),

member AS (
    SELECT
        l.log, m.mark, m.attempt_id, CAST(NULL AS VARCHAR) AS record_id, a.attempt_no AS member_no,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), a.started_at_utc) + k.offset_ms AS place_ms
    FROM attempt_of_id AS m
    INNER JOIN (SELECT DISTINCT log, mark FROM record_of_id) AS l ON m.mark = l.mark
    INNER JOIN attempt_core AS a ON m.attempt_id = a.attempt_id
    INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND l.log = k.log
    UNION ALL
    SELECT r.log, r.mark, CAST(NULL AS VARCHAR) AS attempt_id, r.record_id, r.call_no AS member_no, r.place_ms
    FROM record_of_id AS r
    WHERE EXISTS (SELECT 1 FROM attempt_of_id AS m WHERE m.mark = r.mark)
)

SELECT
    log, '' AS network, mark AS lane, attempt_id, record_id, member_no, place_ms,
    1000 * $call_id_residual_s AS before_ms,
    1000 * $call_id_residual_s AS after_ms,
    CAST(NULL AS BIGINT) AS residual_ms
FROM member
ORDER BY log, lane, attempt_id, record_id
