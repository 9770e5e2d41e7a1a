/*---
id = "EC-002"
title = "Emergency attempt failed outside any declared outage"
severity = "high"
clause = "carriage"
why = "A call that fails while nothing is declared is the sign of an outage nobody has seen yet, or of a device or subscription that cannot call."
false_positives = ["The outage's window or networks are declared too narrowly: see OC-002.", "A single failed attempt in poor radio conditions."]
grain = ["attempt_id"]
requires = ["attempts"]

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
