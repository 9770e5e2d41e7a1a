/*---
id = "attribution_repeat"
title = "Earlier outages of the same service and termination point, of which the one in question is a repeat"
why = "Outages that the case declares are of its own service and point; those of [[earlier]] say theirs (contract 5.3)."
grain = ["declared_no", "repeat_of"]

[columns]
declared_no = "INTEGER"
repeat_of = { type = "VARCHAR", is = "the earlier outage", privacy = "public", as = "id" }
---*/
WITH point AS (
    SELECT centre FROM source WHERE centre IS NOT NULL
    UNION
    SELECT centre FROM centre_route
    UNION
    SELECT centre FROM centre_region
    UNION
    SELECT log AS centre FROM centre_record
)

SELECT f.declared_no, o.outage_id AS repeat_of
FROM attribution_frame AS f
INNER JOIN outage AS o ON f.starts_at_utc > o.starts_at_utc
UNION
SELECT f.declared_no, e.outage_id AS repeat_of
FROM attribution_frame AS f
INNER JOIN declared_earlier AS e ON f.starts_at_utc > e.starts_at_utc
WHERE
    COALESCE(e.service_id, f.service_id, 'emergency') = COALESCE(f.service_id, 'emergency')
    AND (e.centre IS NULL OR EXISTS (SELECT 1 FROM point AS p WHERE p.centre = e.centre))
ORDER BY declared_no, repeat_of
