/*---
title = "Networks that each outage affected. If none is listed, all networks"

[columns]
network = "a network it affected"
---*/
CREATE TABLE IF NOT EXISTS outage_network (
    outage_id VARCHAR,
    network VARCHAR
)
