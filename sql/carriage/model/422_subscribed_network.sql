/*---
id = "subscribed_network"
title = "Networks of which the caller of an attempt is a subscriber"
why = "The subscriber is found by the caller's number, else by an IMSI on any record of the attempt. One who is listed with two networks is a subscriber of both (contract 3.11)."
grain = ["attempt_id", "network"]
passing = true

[columns]
attempt_id = "VARCHAR"
network = "VARCHAR"
---*/
SELECT a.attempt_id, n.network
FROM attempt_core AS a
INNER JOIN subscriber_identity AS n ON n.kind = 'number' AND a.caller_id = n.identity
WHERE n.network IS NOT NULL
UNION
SELECT a.attempt_id, i.network
FROM attempt_core AS a
INNER JOIN attempt_leg AS l ON a.attempt_id = l.attempt_id
INNER JOIN party AS p ON l.record_id = p.record_id
INNER JOIN subscriber_identity AS i ON i.kind = 'imsi' AND p.imsi = i.identity
WHERE
    i.network IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM subscription AS n WHERE n.kind = 'number' AND n.identity = a.caller_id)
ORDER BY attempt_id, network
