/*---
id = "call_hop"
title = "From each start of an id that is used again: the start of the next call, of the second after it, of the fourth, and so on"
why = "A call begins with the first record more than 120 s after the one before began (contract 3.2). An id that a whole log carries has thousands of calls, so each round looks twice as far ahead as the round before."
grain = ["id_text", "hops", "started_at_utc"]
passing = true
repeat_until_empty = true

[params.call_id_within_s]
type = "integer"
unit = "s"
default = 120
min = 0
why = "How long after its first record a call id still means the same attempt."

[columns]
id_text = "VARCHAR"
hops = "BIGINT"
started_at_utc = "TIMESTAMP"
later_utc = "TIMESTAMP"
---*/
WITH repeated_id AS (
    SELECT r.id_text
    FROM attempt_id_text AS r
    WHERE NOT EXISTS (SELECT 1 FROM call_hop)
    GROUP BY r.id_text
    HAVING MIN(r.started_at_utc) < MAX(r.started_at_utc)
),

start_of_id AS (
    SELECT DISTINCT r.id_text, r.started_at_utc, elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), r.started_at_utc) AS at_ms
    FROM attempt_id_text AS r
    INNER JOIN repeated_id AS i ON r.id_text = i.id_text
),

-- backwards in time the last start that was passed is the next one; at one instant the end of a call comes before a start
moment AS (
    SELECT id_text, started_at_utc, at_ms, 1 AS is_start FROM start_of_id
    UNION ALL
    SELECT id_text, started_at_utc, at_ms + $call_id_within_s * 1000 AS at_ms, 0 AS is_start FROM start_of_id
),

next_start AS (
    SELECT
        id_text, started_at_utc, is_start,
        MIN(CASE WHEN is_start = 1 THEN started_at_utc END) OVER (
            PARTITION BY id_text ORDER BY at_ms DESC, is_start ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS later_utc
    FROM moment
),

longest_hop AS (
    SELECT h.* FROM call_hop AS h WHERE h.hops = (SELECT MAX(m.hops) FROM call_hop AS m)
),

hop AS (
    SELECT id_text, CAST(1 AS BIGINT) AS hops, started_at_utc, later_utc FROM next_start WHERE is_start = 0 AND later_utc IS NOT NULL
    UNION ALL
    SELECT a.id_text, 2 * a.hops AS hops, a.started_at_utc, b.later_utc
    FROM longest_hop AS a
    INNER JOIN longest_hop AS b ON a.id_text = b.id_text AND a.later_utc = b.started_at_utc
)

SELECT id_text, hops, started_at_utc, later_utc
FROM hop
ORDER BY id_text, hops, started_at_utc
