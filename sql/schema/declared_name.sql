/*---
title = "Names of networks, regions and centres that the case file uses, and where"

[columns]
said_in = { is = "outage, claim, definition or centre, with its id", privacy = "public", as = "id" }
kind = "network, region or centre"
name = { is = "the name, as it is written there", privacy = "public", as = "id" }
---*/
CREATE TABLE IF NOT EXISTS declared_name (
    said_in VARCHAR,
    kind VARCHAR,
    name VARCHAR
)
