/*---
title = "Settings of the case and its regime that SQL reads"

[columns]
setting = "name: title, regime, country, timezone, welfare_duty"
value = "its value"
---*/
CREATE TABLE IF NOT EXISTS case_setting (
    setting VARCHAR,
    value VARCHAR
)
