/*---
id = "outage_figure"
title = "What a regulator's form asks of each outage: times, and how many the case says it struck"
why = "One row an outage, so that a form may quote it; what the case does not declare is null, and the form then says so."
grain = ["outage_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
starts_at_utc = { type = "TIMESTAMP", is = "onset" }
discovered_utc = { type = "TIMESTAMP", is = "when the provider discovered it", privacy = "public" }
restored_utc = "TIMESTAMP"
duration_min = { type = "BIGINT", is = "whole minutes from onset to restoration, else to the end of the outage", privacy = "public", unit = "minutes" }
users = { type = "BIGINT", is = "users struck, as the case declares", privacy = "public", unit = "users" }
user_minutes = { type = "BIGINT", is = "user-minutes, declared or users times minutes", privacy = "public", unit = "user-minutes" }
oc3_minutes = { type = "BIGINT", is = "OC3-minutes, as the case declares", privacy = "public", unit = "OC3-minutes" }
services = { type = "BIGINT", is = "services in operation struck, as the case declares", privacy = "public", unit = "services" }
blocked_calls = { type = "BIGINT", is = "calls blocked, counted in real time, as the case declares", privacy = "public", unit = "calls" }
---*/
SELECT
    o.outage_id, o.starts_at_utc, o.discovered_utc, o.restored_utc,
    o.duration_ms // 60000 AS duration_min,
    f.users,
    COALESCE(f.user_minutes, f.users * o.duration_ms // 60000) AS user_minutes,
    f.oc3_minutes, f.services, f.blocked_calls
FROM outage_course AS o
LEFT JOIN outage_fact AS f ON o.outage_id = f.outage_id
ORDER BY o.outage_id
