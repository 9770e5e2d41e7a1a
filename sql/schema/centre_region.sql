/*---
title = "Regions a service centre serves"

[columns]
centre = "the centre"
region = "a region"
---*/
CREATE TABLE IF NOT EXISTS centre_region (
    centre VARCHAR,
    region VARCHAR
)
