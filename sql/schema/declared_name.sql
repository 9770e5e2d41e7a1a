/*---
title = "Names of networks, regions and centres that the case file uses, and where"

[columns]
said_in = "outage, claim, definition or centre, with its id"
kind = "network, region or centre"
name = "the name, as it is written there"
---*/
CREATE TABLE IF NOT EXISTS declared_name (
    said_in VARCHAR,
    kind VARCHAR,
    name VARCHAR
)
