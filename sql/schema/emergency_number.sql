/*---
title = "Emergency numbers of the regime"

[columns]
number = "digits as dialled"
kind = "what it reaches"
---*/
CREATE TABLE IF NOT EXISTS emergency_number (
    number VARCHAR,
    kind VARCHAR
)
