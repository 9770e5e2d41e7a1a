/*---
id = "call_anchor"
title = "Where an id that several records carry begins a new call"
why = "Records with one id belong together within 120 s of the first. After that the id was used again (contract 3.2). Each round has twice as many calls as the round before."
grain = ["id_text", "anchor_utc"]
passing = true
repeat_until_empty = true

[columns]
id_text = "VARCHAR"
anchor_utc = "TIMESTAMP"
hops = { type = "BIGINT", is = "calls between this one and the one that it was found from; 0 for the first" }
---*/
WITH first_call AS (
    SELECT id_text, MIN(started_at_utc) AS anchor_utc
    FROM attempt_id_text
    WHERE NOT EXISTS (SELECT 1 FROM call_anchor)
    GROUP BY id_text
    HAVING COUNT(*) > 1
),

this_round AS (
    SELECT CASE WHEN MAX(hops) = 0 THEN 1 ELSE 2 * MAX(hops) END AS hops FROM call_anchor
),

anchor AS (
    SELECT id_text, anchor_utc, CAST(0 AS BIGINT) AS hops FROM first_call
    UNION ALL
    SELECT h.id_text, h.later_utc AS anchor_utc, h.hops
    FROM call_anchor AS a
    INNER JOIN call_hop AS h ON a.id_text = h.id_text AND a.anchor_utc = h.started_at_utc
    INNER JOIN this_round AS r ON h.hops = r.hops
)

SELECT id_text, anchor_utc, hops
FROM anchor
ORDER BY id_text, anchor_utc
