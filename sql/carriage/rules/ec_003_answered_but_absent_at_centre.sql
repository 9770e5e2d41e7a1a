/*---
id = "EC-003"
title = "Answered in the carrier's record, absent at the centre"
severity = "critical"
clause = "carriage"
why = "The network logged an answer. The centre's log covers that moment and has no such call. Either something else answered the call, or the centre's log is incomplete."
false_positives = ["The centre's log lacks records that it should hold. See DQ-009, DQ-017 and DQ-019.", "An announcement or a wrong trunk answered."]
grain = ["attempt_id"]
requires = ["attempts", "centre"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
started_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
---*/
SELECT attempt_id, caller_id, network, element, started_at_utc, answered_at_utc, released_at_utc
FROM attempt
WHERE state = 'failed' AND basis = 'centre' AND outcome = 'answered'
ORDER BY attempt_id
