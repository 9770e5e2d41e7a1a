/*---
id = "area_cell"
title = "The cells that lie in an area of a footprint whose outline the case gives"
why = "The engine puts cells into outlines, the border included; of several the area that is lowest by name (contract 5.4). A cell in no outline belongs to its region."
grain = ["footprint_no", "record_id"]
solve = "polygons"

[columns]
footprint_no = "INTEGER"
record_id = { type = "VARCHAR", is = "record of the cell list", joins = "cell.record_id" }
area = "VARCHAR"
longitude = "DOUBLE"
latitude = "DOUBLE"
geometry = { type = "VARCHAR", is = "outline of an area, where the row is one", privacy = "secret" }
---*/
SELECT a.declared_no AS footprint_no, NULL AS record_id, a.area, NULL AS longitude, NULL AS latitude, a.geometry
FROM footprint_area AS a
WHERE a.geometry IS NOT NULL
UNION ALL
SELECT f.declared_no AS footprint_no, s.record_id, NULL AS area, s.longitude, s.latitude, NULL AS geometry
FROM footprint AS f
CROSS JOIN site AS s
WHERE
    s.longitude IS NOT NULL AND s.latitude IS NOT NULL
    AND EXISTS (SELECT 1 FROM footprint_area AS a WHERE a.declared_no = f.declared_no AND a.geometry IS NOT NULL)
ORDER BY footprint_no, record_id
