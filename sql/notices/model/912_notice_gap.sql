/*---
id = "notice_gap"
title = "The first notice to each audience of an outage, and the longest time without one between onset and restoration"
why = "A gap runs from onset to the first notice, from notice to notice, and from the last one to restoration (contract 5.5). A duty may limit its gaps to a part of that time: the first day, or all after it. An audience without any notice has no row: it is missing, not late."
grain = ["outage_id", "audience", "duty_no"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
audience = { type = "VARCHAR", is = "who the notices were for" }
duty_no = "INTEGER"
first_delay_ms = "BIGINT"
longest_gap_ms = { type = "BIGINT", is = "longest time without a notice; null where the outage was over before that part of the time began" }
---*/
WITH first_notice AS (
    SELECT outage_id, audience, MIN(delay_ms) AS first_delay_ms
    FROM outage_notice
    WHERE audience IS NOT NULL
    GROUP BY outage_id, audience
),

part AS (
    SELECT f.outage_id, f.audience, 0 AS duty_no, CAST(0 AS BIGINT) AS from_ms, o.duration_ms AS to_ms
    FROM first_notice AS f
    INNER JOIN outage_course AS o ON f.outage_id = o.outage_id
    UNION ALL
    SELECT
        f.outage_id, f.audience, d.declared_no AS duty_no,
        COALESCE(d.gap_from_s, 0) * 1000 AS from_ms,
        LEAST(o.duration_ms, COALESCE(d.gap_to_s * 1000, o.duration_ms)) AS to_ms
    FROM first_notice AS f
    INNER JOIN outage_course AS o ON f.outage_id = o.outage_id
    INNER JOIN duty AS d ON f.audience = d.audience AND d.update_gap_s IS NOT NULL
),

moment AS (
    SELECT outage_id, audience, duty_no, from_ms AS at_ms FROM part WHERE from_ms < to_ms
    UNION ALL
    SELECT outage_id, audience, duty_no, to_ms AS at_ms FROM part WHERE from_ms < to_ms
    UNION ALL
    SELECT p.outage_id, p.audience, p.duty_no, n.delay_ms AS at_ms
    FROM part AS p
    INNER JOIN outage_notice AS n
        ON p.outage_id = n.outage_id AND p.audience = n.audience AND n.delay_ms >= p.from_ms AND n.delay_ms < p.to_ms
),

gap AS (
    SELECT
        outage_id, audience, duty_no,
        at_ms - LAG(at_ms) OVER (PARTITION BY outage_id, audience, duty_no ORDER BY at_ms) AS gap_ms
    FROM moment
)

SELECT p.outage_id, p.audience, p.duty_no, f.first_delay_ms, MAX(g.gap_ms) AS longest_gap_ms
FROM part AS p
INNER JOIN first_notice AS f ON p.outage_id = f.outage_id AND p.audience = f.audience
LEFT JOIN gap AS g ON p.outage_id = g.outage_id AND p.audience = g.audience AND p.duty_no = g.duty_no
GROUP BY p.outage_id, p.audience, p.duty_no, f.first_delay_ms
ORDER BY p.outage_id, p.audience, p.duty_no
