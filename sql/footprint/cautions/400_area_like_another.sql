/*---
title = "A footprint's area that no log has, beside one that is spelt almost like it"
sentence = "The footprint {footprint} names the area {area}, which no log has. The logs have {nearest}: if that is meant, write it so in case.toml; until then the two are areas of their own."
grain = ["footprint", "area"]

[columns]
footprint = "VARCHAR"
area = "VARCHAR"
nearest = "VARCHAR"
---*/
WITH unknown_area AS (
    SELECT f.footprint_id, a.area
    FROM footprint AS f
    INNER JOIN footprint_area AS a ON f.declared_no = a.declared_no
    WHERE NOT EXISTS (SELECT 1 FROM carried_name AS c WHERE c.kind = 'region' AND c.name = a.area)
),

ranked AS (
    SELECT
        u.footprint_id, u.area, c.name AS nearest,
        ROW_NUMBER() OVER (
            PARTITION BY u.footprint_id, u.area ORDER BY LEVENSHTEIN(LOWER(u.area), LOWER(c.name)) ASC, c.name ASC
        ) AS place
    FROM unknown_area AS u
    INNER JOIN carried_name AS c
        ON c.kind = 'region' AND 4 * LEVENSHTEIN(LOWER(u.area), LOWER(c.name)) <= LENGTH(u.area)
)

SELECT footprint_id AS footprint, area, nearest
FROM ranked
WHERE place = 1
ORDER BY footprint, area
