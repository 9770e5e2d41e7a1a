/*---
title = "Networks each outage struck; none listed: every network"

[columns]
network = "a network it struck"
---*/
CREATE TABLE IF NOT EXISTS outage_network (
    outage_id VARCHAR,
    network VARCHAR
)
