/*---
id = "weak_lane"
title = "Attempts and centre records without a readable party that could fit each other by route and time, in lanes"
why = "In one lane each attempt fits each record, and the time decides. Both routes are known and equal, and the residual is in the window; or a route is missing, and it is within 3 s. Networks are equal where both are known. No tests (contract 3.7). Who has nobody within the time is left out. A list of pairs would have no end in a crowd."
grain = ["log", "network", "route", "kind", "member_id"]
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
[params.weak_residual_s]
type = "integer"
unit = "s"
default = 3
min = 0
why = "How near the times must be where a route is missing."

[columns]
log = "VARCHAR"
network = { type = "VARCHAR", is = "the network of the lane; an unknown one fits each" }
route = { type = "VARCHAR", is = "the route of the lane; or which side lacks one: ?record, ?attempt" }
kind = "VARCHAR"
member_id = "VARCHAR"
member_no = "BIGINT"
place_ms = "BIGINT"
before_ms = "BIGINT"
after_ms = "BIGINT"
---*/
WITH record_without_party AS (
    SELECT
        c.record_id, c.call_no, c.log, c.network, c.route,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), c.presented_at_utc) AS place_ms
    FROM centre_core AS c
    WHERE
        c.is_usable
        AND NOT c.has_party
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.record_id = c.record_id)
),

unmatched_attempt AS (
    SELECT
        a.attempt_id, a.attempt_no, a.network, k.log,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), a.started_at_utc) + k.offset_ms AS place_ms
    FROM attempt_core AS a
    INNER JOIN attempt_clock AS k ON a.attempt_id = k.attempt_id
    INNER JOIN (SELECT DISTINCT log FROM record_without_party) AS l ON k.log = l.log
    WHERE
        NOT a.is_test
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.attempt_id = a.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM caller_pair AS p WHERE p.attempt_id = a.attempt_id AND NOT p.is_contested)
        AND NOT EXISTS (SELECT 1 FROM contested_match AS m WHERE m.attempt_id = a.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM crowd_match AS m WHERE m.attempt_id = a.attempt_id)
),

attempt_route AS (
    SELECT m.attempt_id, m.mark
    FROM attempt_mark AS m
    INNER JOIN (SELECT DISTINCT attempt_id FROM unmatched_attempt) AS a ON m.attempt_id = a.attempt_id
    WHERE m.kind = 'route'
),

member_by_route AS (
    SELECT
        a.log, a.network, 'route ' || m.mark AS route, 'attempt' AS kind, a.attempt_id AS member_id, a.attempt_no AS member_no,
        a.place_ms
    FROM unmatched_attempt AS a
    INNER JOIN attempt_route AS m ON a.attempt_id = m.attempt_id
    UNION ALL
    SELECT r.log, r.network, 'route ' || r.route AS route, 'record' AS kind, r.record_id AS member_id, r.call_no AS member_no, r.place_ms
    FROM record_without_party AS r
    WHERE r.route IS NOT NULL
    UNION ALL
    SELECT a.log, a.network, '?record' AS route, 'attempt' AS kind, a.attempt_id AS member_id, a.attempt_no AS member_no, a.place_ms
    FROM unmatched_attempt AS a
    UNION ALL
    SELECT r.log, r.network, '?record' AS route, 'record' AS kind, r.record_id AS member_id, r.call_no AS member_no, r.place_ms
    FROM record_without_party AS r
    WHERE r.route IS NULL
    UNION ALL
    SELECT a.log, a.network, '?attempt' AS route, 'attempt' AS kind, a.attempt_id AS member_id, a.attempt_no AS member_no, a.place_ms
    FROM unmatched_attempt AS a
    WHERE NOT EXISTS (SELECT 1 FROM attempt_route AS m WHERE m.attempt_id = a.attempt_id)
    UNION ALL
    SELECT r.log, r.network, '?attempt' AS route, 'record' AS kind, r.record_id AS member_id, r.call_no AS member_no, r.place_ms
    FROM record_without_party AS r
),

lane AS (
    SELECT DISTINCT log, COALESCE(network, '') AS network, route FROM member_by_route
),

member_of_lane AS (
    SELECT
        l.log, l.network, l.route, b.kind, b.member_id, b.member_no, b.place_ms,
        CASE WHEN STARTS_WITH(l.route, '?') THEN 1000 * $weak_residual_s ELSE 1000 * $match_before_s END AS before_ms,
        CASE WHEN STARTS_WITH(l.route, '?') THEN 1000 * $weak_residual_s ELSE 1000 * $match_after_s END AS after_ms,
        CASE WHEN b.kind = 'attempt' THEN b.place_ms END AS attempt_ms,
        CASE WHEN b.kind = 'record' THEN b.place_ms END AS record_ms
    FROM member_by_route AS b
    INNER JOIN lane AS l ON b.log = l.log AND b.route = l.route AND COALESCE(b.network = l.network, TRUE)
),

member_with_neighbours AS (
    SELECT
        *,
        MAX(attempt_ms) OVER (PARTITION BY log, network, route ORDER BY place_ms) AS attempt_before_ms,
        MAX(record_ms) OVER (PARTITION BY log, network, route ORDER BY place_ms) AS record_before_ms,
        MIN(attempt_ms) OVER (PARTITION BY log, network, route ORDER BY place_ms DESC) AS attempt_after_ms,
        MIN(record_ms) OVER (PARTITION BY log, network, route ORDER BY place_ms DESC) AS record_after_ms
    FROM member_of_lane
)

SELECT log, network, route, kind, member_id, member_no, place_ms, before_ms, after_ms
FROM member_with_neighbours
WHERE
    (kind = 'attempt' AND (place_ms - record_before_ms <= before_ms OR record_after_ms - place_ms <= after_ms))
    OR (kind = 'record' AND (place_ms - attempt_before_ms <= after_ms OR attempt_after_ms - place_ms <= before_ms))
ORDER BY log, network, route, kind, member_id
