/*---
id = "listed_area"
title = "The areas of each footprint: those it claims, and those of cells, subscribers and complaints"
why = "An area in which nobody claims a fault may still have one (contract 5.4)."
grain = ["footprint_no", "area"]

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
is_claimed = "BOOLEAN"
---*/
WITH named_area AS (
    SELECT f.declared_no AS footprint_no, COALESCE(a.area, s.region) AS area
    FROM footprint AS f
    CROSS JOIN site AS s
    LEFT JOIN area_cell AS a ON f.declared_no = a.footprint_no AND s.record_id = a.record_id
    UNION
    SELECT f.declared_no AS footprint_no, s.region AS area
    FROM footprint AS f
    CROSS JOIN subscriber AS s
    UNION
    SELECT f.declared_no AS footprint_no, c.region AS area
    FROM footprint AS f
    CROSS JOIN complaint AS c
    UNION
    SELECT declared_no AS footprint_no, area
    FROM footprint_area
)

SELECT
    k.footprint_no,
    k.area,
    EXISTS(SELECT 1 FROM footprint_area AS a WHERE a.declared_no = k.footprint_no AND a.area = k.area) AS is_claimed
FROM named_area AS k
WHERE k.area IS NOT NULL
ORDER BY k.footprint_no, k.area
