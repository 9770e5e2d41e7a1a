/*---
title = "Regions a service centre serves"

[columns]
region = "a region"
---*/
CREATE TABLE IF NOT EXISTS centre_region (
    centre VARCHAR,
    region VARCHAR
)
