/*---
id = "network_site"
title = "What the cell list says of each cell that attempts of a network name"
why = "A cell is its own network's where several list one with that id, else one listed without a network; else it cannot be known which it is. Where one alone is listed, it is that one."
grain = ["cell_id", "network"]

[columns]
cell_id = "VARCHAR"
network = { type = "VARCHAR", is = "of the attempts" }
record_id = "VARCHAR"
latitude = "DOUBLE"
longitude = "DOUBLE"
region = "VARCHAR"
access = "VARCHAR"
---*/
WITH named_cell AS (
    SELECT DISTINCT cell_id, network FROM attempt_core
    WHERE cell_id IS NOT NULL
),

listed AS (
    SELECT
        cell_id, network, record_id, latitude, longitude, region, access,
        COUNT(*) OVER (PARTITION BY cell_id) AS networks
    FROM site
),

fitting AS (
    SELECT
        c.cell_id, c.network, s.record_id, s.latitude, s.longitude, s.region, s.access,
        ROW_NUMBER() OVER (PARTITION BY c.cell_id, c.network ORDER BY s.network NULLS LAST) AS place
    FROM named_cell AS c
    INNER JOIN listed AS s ON c.cell_id = s.cell_id
    WHERE s.networks = 1 OR s.network IS NULL OR c.network = s.network
)

SELECT cell_id, network, record_id, latitude, longitude, region, access
FROM fitting
WHERE place = 1
ORDER BY cell_id, network
