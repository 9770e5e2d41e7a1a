/*---
id = "site"
title = "One row for each cell of each network, also where the cell list has several records of it"
why = "Two networks may number their cells alike. A cell that is listed without a network is one of its own."
grain = ["cell_id", "network"]

[columns]
cell_id = "VARCHAR"
network = "VARCHAR"
record_id = "VARCHAR"
latitude = "DOUBLE"
longitude = "DOUBLE"
region = "VARCHAR"
access = "VARCHAR"
---*/
WITH ranked_cell AS (
    SELECT
        cell_id, network, record_id, latitude, longitude, region, access,
        ROW_NUMBER() OVER (PARTITION BY cell_id, network ORDER BY region NULLS LAST, latitude NULLS LAST, record_id) AS place
    FROM cell
)

SELECT cell_id, network, record_id, latitude, longitude, region, access
FROM ranked_cell
WHERE place = 1
ORDER BY cell_id, network
