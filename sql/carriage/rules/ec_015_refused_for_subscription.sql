/*---
id = "EC-015"
title = "Emergency attempt refused because a subscription or credential was missing"
severity = "high"
clause = "access"
why = "A network must carry an emergency call without a check of subscription, credit or credential. These attempts were refused for one of these reasons."
false_positives = ["The network uses this code for another reason."]
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
