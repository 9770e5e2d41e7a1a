/*---
title = "Outages the case declares; the end is exclusive"

[columns]
outage_id = "name of the outage"
starts_at_utc = "first instant"
ends_at_utc = "first instant after it"
recovery_tail_s = "seconds after the end that still belong to it"
is_significant = "whether it carries welfare duties"
---*/
CREATE TABLE IF NOT EXISTS outage (
    outage_id VARCHAR,
    starts_at_utc TIMESTAMP,
    ends_at_utc TIMESTAMP,
    recovery_tail_s BIGINT,
    is_significant BOOLEAN
)
