/*---
id = "EC-003"
title = "Answered in the carrier's record, absent at the centre"
severity = "critical"
clause = "carriage"
why = "The network believes that somebody answered; the centre's log, which covers the moment, has nothing. The call went elsewhere, or the centre's log is not whole."
false_positives = ["The centre's log lacks records that it should hold: see DQ-009, DQ-017 and DQ-019.", "An announcement or a wrong trunk answered."]
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
