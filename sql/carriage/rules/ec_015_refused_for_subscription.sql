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
SELECT a.attempt_id, a.caller_id, a.network, a.element, a.started_at_utc, a.sip_status, a.release_cause
FROM attempt AS a
LEFT JOIN sip_status AS s ON a.sip_status = s.code
LEFT JOIN cause_code AS c ON a.release_cause = c.code
WHERE a.state = 'failed' AND COALESCE(s.is_subscription_refusal, c.is_subscription_refusal, FALSE)
ORDER BY a.attempt_id
