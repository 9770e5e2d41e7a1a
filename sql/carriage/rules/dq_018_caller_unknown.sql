/*---
id = "DQ-018"
title = "Attempt without any identity of its caller"
severity = "medium"
why = "Number, subscription and device are all unknown, so the attempt counts as a caller of its own. The real number of callers may be lower, and this caller cannot be rung."
false_positives = ["The phone has no SIM, and the network does not log the IMEI."]
grain = ["attempt_id"]
requires = ["attempts"]

[columns]
attempt_id = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
cell_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
---*/
SELECT attempt_id, network, element, cell_id, started_at_utc
FROM attempt
WHERE caller_basis = 'own' AND NOT is_test
ORDER BY attempt_id
