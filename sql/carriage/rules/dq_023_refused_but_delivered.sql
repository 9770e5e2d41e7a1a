/*---
id = "DQ-023"
title = "Refused in the carrier's record, present at the centre"
severity = "low"
why = "The carrier's final status says that the network refused the call, but the centre has it. Either the carrier counts too many failures, or the match is wrong."
false_positives = ["The first route failed, and the network's second try was delivered."]
grain = ["attempt_id"]
requires = ["attempts", "centre"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
started_at_utc = "TIMESTAMP"
sip_status = "INTEGER"
release_cause = "INTEGER"
match_kind = "VARCHAR"
---*/
SELECT attempt_id, caller_id, network, element, started_at_utc, sip_status, release_cause, match_kind
FROM attempt
WHERE state = 'delivered' AND outcome = 'refused'
ORDER BY attempt_id
