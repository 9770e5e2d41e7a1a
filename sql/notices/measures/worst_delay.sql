/*---
id = "{id}"
name = "{name}"
unit = "seconds"
definition = "{definition}"
grain = ["audience"]
requires = ["notifications", "addressed notices"]
unknown_because = "no notice to this audience since the onset of an outage is in evidence"

[columns]
audience = { type = "VARCHAR", is = "who the notices were for" }
outages = { type = "BIGINT", is = "outages with a notice to the audience", privacy = "public", unit = "outages" }
weight = { type = "BIGINT", is = "whole seconds" }
is_certain = "BOOLEAN"
---*/
SELECT '{audience}' AS audience, COUNT(*) AS outages, MAX("{column}") // 1000 AS weight, TRUE AS is_certain
FROM notice_gap
WHERE audience = '{audience}' AND duty_no = 0
ORDER BY audience
