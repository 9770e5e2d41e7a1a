/*---
title = "Settings of the case and its regime that SQL reads"

[columns]
setting = { is = "name: title, regime, country, timezone, welfare_duty, duty_stays_with_network", privacy = "public", as = "id" }
value = { is = "its value", privacy = "free_text", as = "prose" }
---*/
CREATE TABLE IF NOT EXISTS case_setting (
    setting VARCHAR,
    value VARCHAR
)
