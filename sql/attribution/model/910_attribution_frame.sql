/*---
id = "attribution_frame"
title = "Each attribution that the case asks for, with its window, its service and the instant from which delays are counted"
why = "Without an outage it is of the case's earliest. The window has no tail (contract 5.3)."
grain = ["declared_no"]

[columns]
declared_no = "INTEGER"
attribution_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage in question" }
network = { type = "VARCHAR", is = "the network in question" }
claim = "VARCHAR"
starts_at_utc = "TIMESTAMP"
ends_at_utc = "TIMESTAMP"
baseline_from_utc = "TIMESTAMP"
baseline_to_utc = "TIMESTAMP"
origin_utc = { type = "TIMESTAMP", is = "when the service was to begin, else the start of the outage", privacy = "public" }
service_id = { type = "VARCHAR", is = "the declared service that is audited; null: the regime's emergency service", privacy = "public", as = "id" }
operated_by = { type = "VARCHAR", is = "who runs the service's platform", privacy = "public", as = "id" }
---*/
WITH ranked AS (
    SELECT *, ROW_NUMBER() OVER (ORDER BY starts_at_utc, outage_id) AS place FROM outage
)

SELECT
    d.declared_no, d.attribution_id, o.outage_id, d.network, d.claim, o.starts_at_utc, o.ends_at_utc,
    d.baseline_from_utc, d.baseline_to_utc,
    COALESCE(s.scheduled_start_utc, o.starts_at_utc) AS origin_utc,
    s.service_id,
    s.operated_by
FROM declared_attribution AS d
INNER JOIN ranked AS o ON d.outage_id = o.outage_id OR (d.outage_id IS NULL AND o.place = 1)
LEFT JOIN service AS s ON s.is_audited
ORDER BY d.declared_no
