/*---
id = "affected_account"
title = "Accounts of the callers who failed in each outage"
why = "A caller's account is found by the number, else by the IMSI (contract 5.6, as in 3.11). Failed: with a failed episode that holds a failed attempt in the outage."
grain = ["outage_id", "account_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
account_id = "VARCHAR"
failed_callers = "BIGINT"
---*/
WITH failed AS (
    SELECT DISTINCT s.outage_id, s.caller_id, c.e164, c.imsi
    FROM struck_failure AS s
    INNER JOIN episode AS e ON s.episode_id = e.episode_id AND e.state = 'failed'
    INNER JOIN caller AS c ON s.caller_id = c.caller_id
),

account_of_caller AS (
    SELECT f.outage_id, f.caller_id, a.account_id
    FROM failed AS f
    INNER JOIN account_service AS a ON f.e164 = a.e164
    UNION
    SELECT f.outage_id, f.caller_id, a.account_id
    FROM failed AS f
    INNER JOIN account_service AS a ON f.imsi = a.imsi
    WHERE NOT EXISTS (SELECT 1 FROM account_service AS n WHERE n.e164 = f.e164)
)

SELECT outage_id, account_id, COUNT(*) AS failed_callers
FROM account_of_caller
GROUP BY outage_id, account_id
ORDER BY outage_id, account_id
