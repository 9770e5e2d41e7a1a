/*---
id = "credits_excepted_but_affected"
name = "credits.excepted_but_affected"
unit = "accounts"
definition = "Affected accounts of which a promise excepts every service"
grain = ["promise_no", "account_id"]
requires = ["[[promise]]"]
unknown_because = "subscribers, attempts or credits that a promise is judged by are in no source, or none of them gives what decides: account, network or region of subscribers, network of attempts, amount, currency or time of credits"

[columns]
promise_no = "INTEGER"
account_id = "VARCHAR"
promise_id = "VARCHAR"
outage_id = "VARCHAR"
due_minor = "BIGINT"
paid_minor = "BIGINT"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    e.promise_no, a.account_id, a.promise_id, a.outage_id, a.due_minor, a.paid_minor,
    CASE WHEN e.has_affected THEN CAST(1 AS BIGINT) END AS weight,
    TRUE AS is_certain
FROM promise_evidence AS e
LEFT JOIN account_credit AS a ON e.promise_no = a.promise_no AND a.standing = 'excepted' AND a.is_affected
WHERE a.account_id IS NOT NULL OR NOT e.has_affected
ORDER BY e.promise_no, a.account_id
