/*---
title = "Parameters in force"

[columns]
name = "name"
value = "value, as text"
default_value = "what it is unless told otherwise"
unit = "unit"
origin = "default, regime, case or command"
---*/
CREATE TABLE IF NOT EXISTS parameter (
    name VARCHAR,
    value VARCHAR,
    default_value VARCHAR,
    unit VARCHAR,
    origin VARCHAR
)
