/*---
id = "area_outline"
title = "The outlines that the case gives, with what was observed in them"
why = "A map shows at a glance where claim and observation part; the table beside it says the same."
grain = ["footprint_no", "area", "outline_no"]

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
outline_no = { type = "BIGINT", is = "which of the outlines of the area", privacy = "public" }
is_claimed = "BOOLEAN"
status = { type = "VARCHAR", is = "failing, healthy, cannot_tell, reported or unobserved" }
verdict = { type = "VARCHAR", is = "how claim and observation agree", privacy = "public" }
sketch = { type = "VARCHAR", is = "corners of the outline, a letter a digit", privacy = "public" }
---*/
SELECT
    s.footprint_no, s.area,
    ROW_NUMBER() OVER (PARTITION BY s.footprint_no, s.area ORDER BY a.sketch) AS outline_no,
    s.is_claimed, s.status, s.verdict, a.sketch
FROM area_status AS s
INNER JOIN footprint_area AS a ON s.footprint_no = a.declared_no AND s.area = a.area
WHERE a.sketch IS NOT NULL
ORDER BY s.footprint_no, s.area, outline_no
