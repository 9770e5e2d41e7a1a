/*---
title = "Notices sent about an outage"
role = "notifications"
required = ["sent_at"]
[columns]
sent_at_utc = { is = "when it was sent", privacy = "public" }
audience = { is = "who it was for", privacy = "public" }
recipient = { is = "who received it", privacy = "person" }
channel = { is = "way it was sent", privacy = "public", as = "id" }
kind = "initial, update or restored"
scale = { is = "how many people it said were affected", privacy = "free_text" }
cause = { is = "cause it gave", privacy = "free_text" }
services = { is = "services it said were affected", privacy = "free_text" }
restoration = { is = "when it said service would be back", privacy = "free_text" }
content = { is = "text of the notice", privacy = "free_text", as = "withheld" }
[codes]
audience = ["centre", "regulator", "department", "ombudsman", "police", "customers", "public"]
kind = ["initial", "update", "restored"]
---*/
CREATE TABLE IF NOT EXISTS notification (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    sent_at_utc TIMESTAMP,
    audience VARCHAR,
    recipient VARCHAR,
    channel VARCHAR,
    region VARCHAR,
    kind VARCHAR,
    scale VARCHAR,
    cause VARCHAR,
    services VARCHAR,
    restoration VARCHAR,
    content VARCHAR,
    extra VARCHAR
);
