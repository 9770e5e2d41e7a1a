/*---
id = "affected_account"
title = "Accounts of the callers who failed in each outage"
why = "A caller's account is found by the number, else by an IMSI on any record of the caller's attempts (contract 5.6, as in 3.11). Failed: with a failed episode that holds a failed attempt in the outage."
grain = ["outage_id", "account_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
account_id = "VARCHAR"
failed_callers = "BIGINT"
---*/
WITH failed AS (
    SELECT DISTINCT s.outage_id, s.caller_id, c.e164
    FROM struck_failure AS s
    INNER JOIN episode AS e ON s.episode_id = e.episode_id AND e.state = 'failed'
    INNER JOIN caller AS c ON s.caller_id = c.caller_id
),

failed_imsi AS (
    SELECT DISTINCT f.outage_id, f.caller_id, f.e164, p.imsi
    FROM failed AS f
    INNER JOIN attempt AS a ON f.caller_id = a.caller_id AND NOT a.is_test
    INNER JOIN attempt_leg AS l ON a.attempt_id = l.attempt_id
    INNER JOIN party AS p ON l.record_id = p.record_id
    WHERE p.imsi IS NOT NULL
),

account_of_caller AS (
    SELECT f.outage_id, f.caller_id, a.account_id
    FROM failed AS f
    INNER JOIN account_service AS a ON f.e164 = a.e164
    UNION
    SELECT f.outage_id, f.caller_id, a.account_id
    FROM failed_imsi AS f
    INNER JOIN account_service AS a ON f.imsi = a.imsi
    WHERE NOT EXISTS (SELECT 1 FROM account_service AS n WHERE n.e164 = f.e164)
)

SELECT outage_id, account_id, COUNT(*) AS failed_callers
FROM account_of_caller
GROUP BY outage_id, account_id
ORDER BY outage_id, account_id
