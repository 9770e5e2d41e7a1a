/*---
id = "attempt_place"
title = "Region, device model and intended centre of each attempt"
why = "The region comes from the cell, else from the subscriber. The centre comes from a route or region that the case maps (contract 3.8)."
grain = ["attempt_id"]
passing = true

[columns]
attempt_id = "VARCHAR"
region = "VARCHAR"
tac = "VARCHAR"
meant_for = "VARCHAR"
---*/
WITH attempt_region AS (
    SELECT
        a.attempt_id,
        COALESCE(s.region, n.region, i.region) AS region,
        LEFT(a.imei14, 8) AS tac
    FROM attempt_core AS a
    LEFT JOIN network_site AS s ON a.cell_id = s.cell_id AND a.network IS NOT DISTINCT FROM s.network
    LEFT JOIN subscription AS n ON n.kind = 'number' AND a.caller_id = n.identity
    LEFT JOIN subscription AS i ON i.kind = 'imsi' AND a.imsi = i.identity AND n.identity IS NULL
),

centre_by_route AS (
    SELECT m.attempt_id, MIN(r.centre) AS centre
    FROM attempt_mark AS m
    INNER JOIN centre_route AS r ON m.mark = r.route
    WHERE m.kind = 'route'
    GROUP BY m.attempt_id
),

centre_by_region AS (
    SELECT region, MIN(centre) AS centre FROM centre_region GROUP BY region
)

SELECT
    p.attempt_id,
    p.region,
    p.tac,
    COALESCE(r.centre, g.centre) AS meant_for
FROM attempt_region AS p
LEFT JOIN centre_by_route AS r ON p.attempt_id = r.attempt_id
LEFT JOIN centre_by_region AS g ON p.region = g.region
ORDER BY p.attempt_id
