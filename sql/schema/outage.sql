/*---
title = "Outages that the case declares; the end is exclusive"

[columns]
outage_id = "name of the outage"
recovery_tail_s = "seconds after the end that belong to the outage"
is_significant = { is = "whether it carries welfare duties", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS outage (
    outage_id VARCHAR,
    starts_at_utc TIMESTAMP,
    ends_at_utc TIMESTAMP,
    recovery_tail_s BIGINT,
    is_significant BOOLEAN
)
