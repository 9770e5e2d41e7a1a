/*---
title = "Areas that each outage was said to affect"

[columns]
area = { is = "an area, as declared", privacy = "place" }
---*/
CREATE TABLE IF NOT EXISTS outage_area (
    outage_id VARCHAR,
    area VARCHAR
)
