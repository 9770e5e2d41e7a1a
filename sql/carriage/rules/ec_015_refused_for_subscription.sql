/*---
id = "EC-015"
title = "Emergency attempt refused for want of a subscription or a credential"
severity = "high"
clause = "access"
why = "An emergency call is carried without regard to subscription, credit or credential. These attempts were refused for one of them."
false_positives = ["The network refused with a code it uses for another reason."]
grain = ["attempt_id"]
requires = ["attempts"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
started_at_utc = "TIMESTAMP"
sip_status = "INTEGER"
release_cause = "INTEGER"
---*/
SELECT attempt_id, caller_id, network, element, started_at_utc, sip_status, release_cause
FROM attempt
WHERE
    state = 'failed'
    AND (sip_status IN (401, 402, 403, 407) OR (sip_status IS NULL AND release_cause IN (50, 57, 87)))
ORDER BY attempt_id
