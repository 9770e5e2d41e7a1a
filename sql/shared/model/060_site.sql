/*---
id = "site"
title = "One row for each cell, also where the cell list has several records of it"
grain = ["cell_id"]

[columns]
cell_id = "VARCHAR"
latitude = "DOUBLE"
longitude = "DOUBLE"
region = "VARCHAR"
access = "VARCHAR"
---*/
WITH ranked_cell AS (
    SELECT
        cell_id, latitude, longitude, region, access,
        ROW_NUMBER() OVER (PARTITION BY cell_id ORDER BY region NULLS LAST, latitude NULLS LAST, record_id) AS place
    FROM cell
)

SELECT cell_id, latitude, longitude, region, access
FROM ranked_cell
WHERE place = 1
ORDER BY cell_id
