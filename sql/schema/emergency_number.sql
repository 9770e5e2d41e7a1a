/*---
title = "Emergency numbers of the regime"

[columns]
number = { is = "digits as dialled", privacy = "public" }
kind = "what it reaches"
---*/
CREATE TABLE IF NOT EXISTS emergency_number (
    number VARCHAR,
    kind VARCHAR
)
