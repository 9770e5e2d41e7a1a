/*---
id = "caller_leg"
title = "Records of one caller on several elements that describe one attempt, each with the first of them"
why = "Records of one caller that start within 5 s on different elements and overlap (equal starts, or more than one instant in common) are one attempt; an unknown release never overlaps (contract 3.2). Such records are open at one instant, and all that are open at an instant on at least two elements belong together. So instants are looked at, not pairs of records."
grain = ["record_id", "first_id"]
passing = true

[params.leg_within_s]
type = "integer"
unit = "s"
default = 5
min = 0
why = "How far apart two elements may log the start of one attempt."

[columns]
record_id = "VARCHAR"
first_id = "VARCHAR"
---*/
WITH leg AS (
    SELECT
        r.record_id, p.caller_id, r.element,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), r.started_at_utc) AS started_ms,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), t.released_at_utc) AS released_ms
    FROM attempt_record AS r
    INNER JOIN attempt_read AS t ON r.record_id = t.record_id
    INNER JOIN party AS p ON r.record_id = p.record_id
    WHERE p.caller_basis <> 'own' AND r.element IS NOT NULL AND t.released_at_utc IS NOT NULL
),

-- a leg is open from its start to its release, for at most the time that two starts may be apart
leg_of_caller AS (
    SELECT
        l.record_id, l.caller_id, l.element, l.started_ms,
        LEAST(l.released_ms, l.started_ms + $leg_within_s * 1000 + 1) AS closed_ms
    FROM leg AS l
    INNER JOIN (SELECT caller_id FROM leg GROUP BY caller_id HAVING MIN(element) <> MAX(element)) AS c ON l.caller_id = c.caller_id
),

leg_event AS (
    SELECT caller_id, element, started_ms AS at_ms, 1 AS opens FROM leg_of_caller WHERE closed_ms > started_ms
    UNION ALL
    SELECT caller_id, element, closed_ms AS at_ms, -1 AS opens FROM leg_of_caller WHERE closed_ms > started_ms
),

open_leg AS (
    SELECT
        caller_id, at_ms, opens,
        SUM(opens) OVER (PARTITION BY caller_id ORDER BY at_ms, opens) AS legs,
        SUM(opens) OVER (PARTITION BY caller_id, element ORDER BY at_ms, opens) AS legs_of_element
    FROM leg_event
),

shared_instant AS (
    SELECT DISTINCT caller_id, at_ms FROM open_leg WHERE opens = 1 AND legs > legs_of_element
),

leg_at_instant AS (
    SELECT
        l.record_id, l.caller_id, l.closed_ms, i.at_ms,
        MAX(l.closed_ms) OVER (PARTITION BY l.caller_id ORDER BY l.started_ms) AS reach_ms,
        MIN(i.at_ms) OVER (PARTITION BY l.caller_id ORDER BY l.started_ms DESC) AS first_shared_ms
    FROM leg_of_caller AS l
    LEFT JOIN shared_instant AS i ON l.caller_id = i.caller_id AND l.started_ms = i.at_ms
    WHERE l.closed_ms > l.started_ms
),

-- two instants are of one attempt where a leg is open at both
instant_in_order AS (
    SELECT caller_id, at_ms, LAG(MAX(reach_ms), 1) OVER (PARTITION BY caller_id ORDER BY at_ms) AS reach_ms
    FROM leg_at_instant
    WHERE at_ms IS NOT NULL
    GROUP BY caller_id, at_ms
),

numbered_instant AS (
    SELECT
        caller_id, at_ms,
        SUM(CASE WHEN reach_ms > at_ms THEN 0 ELSE 1 END)
            OVER (PARTITION BY caller_id ORDER BY at_ms ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS attempt_no
    FROM instant_in_order
),

-- legs that start together overlap, however short they are
legs_of_start AS (
    SELECT
        caller_id, started_ms,
        MIN(element) AS first_element, MAX(element) AS last_element, MIN(record_id) AS first_id
    FROM leg_of_caller
    GROUP BY caller_id, started_ms
),

leg_of_group AS (
    SELECT
        l.record_id,
        MIN(l.record_id) OVER (PARTITION BY n.caller_id, n.attempt_no) AS first_id
    FROM leg_at_instant AS l
    INNER JOIN numbered_instant AS n ON l.caller_id = n.caller_id AND l.first_shared_ms = n.at_ms
    WHERE l.first_shared_ms < l.closed_ms
    UNION ALL
    SELECT
        l.record_id,
        CASE WHEN s.first_element <> s.last_element THEN s.first_id END AS first_id
    FROM leg_of_caller AS l
    INNER JOIN legs_of_start AS s ON l.caller_id = s.caller_id AND l.started_ms = s.started_ms
)

SELECT DISTINCT record_id, first_id
FROM leg_of_group
WHERE record_id <> first_id
ORDER BY record_id, first_id
