/*---
id = "caller_contact_number"
title = "All numbers on which each caller can be rung as a subscriber"
why = "A check on any contact number of the subscriber is a check on the caller. A line of the list without a contact number is rung on its own number. The subscriber is found by the caller's number, else by an IMSI on any leg of the caller's attempts (contract 3.11)."
grain = ["caller_id", "contact_e164"]
passing = true

[columns]
caller_id = "VARCHAR"
contact_e164 = "VARCHAR"
---*/
WITH caller_line AS (
    SELECT k.caller_id, n.contact_e164, n.e164
    FROM caller_contact AS k
    INNER JOIN subscriber_identity AS n ON n.kind = 'number' AND k.caller_id = n.identity
    UNION ALL
    SELECT a.caller_id, i.contact_e164, i.e164
    FROM attempt AS a
    INNER JOIN attempt_leg AS l ON a.attempt_id = l.attempt_id
    INNER JOIN party AS p ON l.record_id = p.record_id
    INNER JOIN subscriber_identity AS i ON i.kind = 'imsi' AND p.imsi = i.identity
    WHERE
        NOT a.is_test
        AND NOT EXISTS (SELECT 1 FROM subscription AS n WHERE n.kind = 'number' AND n.identity = a.caller_id)
)

SELECT DISTINCT caller_id, COALESCE(contact_e164, e164) AS contact_e164
FROM caller_line
WHERE contact_e164 IS NOT NULL OR e164 IS NOT NULL
ORDER BY caller_id, contact_e164
