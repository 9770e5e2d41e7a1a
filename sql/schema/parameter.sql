/*---
title = "Parameters in force"

[columns]
name = { is = "name of the parameter", privacy = "public" }
value = { is = "value, as text", privacy = "public" }
default_value = { is = "value if nothing else is set", privacy = "public" }
origin = { is = "default, regime, case or command", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS parameter (
    name VARCHAR,
    value VARCHAR,
    default_value VARCHAR,
    unit VARCHAR,
    origin VARCHAR
)
