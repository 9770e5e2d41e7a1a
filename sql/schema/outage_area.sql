/*---
title = "Areas each outage was said to strike"

[columns]
outage_id = "the outage"
area = "an area, as declared"
---*/
CREATE TABLE IF NOT EXISTS outage_area (
    outage_id VARCHAR,
    area VARCHAR
)
