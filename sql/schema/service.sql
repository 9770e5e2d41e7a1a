/*---
title = "Services the case declares besides the regime's emergency service, and which of them is audited"

[columns]
service_id = { is = "name of the service", privacy = "public", as = "id" }
kind = "emergency, platform or hotline"
operated_by = { is = "who runs the platform where its calls arrive", privacy = "public", as = "id" }
scheduled_start_utc = { is = "when it was to begin", privacy = "public" }
is_audited = { is = "whether the calls of the case are those to this service", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS service (
    service_id VARCHAR,
    kind VARCHAR,
    operated_by VARCHAR,
    scheduled_start_utc TIMESTAMP,
    is_audited BOOLEAN
)
