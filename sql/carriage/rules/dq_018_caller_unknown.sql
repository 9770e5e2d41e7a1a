/*---
id = "DQ-018"
title = "Attempt whose caller nothing identifies"
severity = "medium"
why = "Neither number, subscription nor device is known, so the attempt stands as a caller of its own: the number of callers is then a ceiling, and nobody can be rung."
false_positives = ["A phone without a SIM on a network that does not log the IMEI."]
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
