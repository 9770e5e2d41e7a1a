/*---
id = "DQ-023"
title = "Refused in the carrier's record, present at the centre"
severity = "low"
why = "The carrier's final status says that the network refused or lost the call (contract 3.8), but the centre has it. The caller's own release, normal clearing and busy are no refusal. Either the carrier counts too many failures, or the match is wrong."
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
SELECT
    a.attempt_id, a.caller_id, a.network, a.element, a.started_at_utc, a.sip_status, a.release_cause, a.match_kind
FROM attempt AS a
LEFT JOIN sip_status AS t ON a.sip_status = t.code
LEFT JOIN cause_code AS q ON a.release_cause = q.code
LEFT JOIN attempt_disposition AS d ON a.disposition = d.word
WHERE
    a.state = 'delivered'
    AND a.outcome IN ('refused', 'lost')
    -- the status decides; without a status the cause; without both the carrier's own word
    AND COALESCE(t.is_network_failure, q.is_network_failure, d.is_network_failure)
ORDER BY a.attempt_id
