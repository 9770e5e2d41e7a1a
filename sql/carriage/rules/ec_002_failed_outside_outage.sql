/*---
id = "EC-002"
title = "Emergency attempt failed outside any declared outage"
severity = "high"
clause = "carriage"
why = "A call failed though no outage is declared. There may be an outage that was not noticed, or a device or subscription that cannot make emergency calls."
false_positives = ["The declared window is too short, or a network is missing in it. See OC-002.", "One attempt failed in poor radio conditions."]
grain = ["attempt_id"]
requires = ["attempts", "placed outages"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
cell_id = "VARCHAR"
region = "VARCHAR"
access = "VARCHAR"
started_at_utc = "TIMESTAMP"
basis = "VARCHAR"
---*/
SELECT a.attempt_id, a.caller_id, a.network, a.element, a.cell_id, a.region, a.access, a.started_at_utc, a.basis
FROM attempt AS a
INNER JOIN undeclared_attempt AS u ON a.attempt_id = u.attempt_id
WHERE a.state = 'failed'
ORDER BY a.attempt_id
