/*---
id = "CR-003"
title = "Affected accounts that the promise excepts"
severity = "medium"
why = "Callers of these accounts could not reach help, and the promise leaves them out for their class of service."
false_positives = ["The class in the subscriber list is not the one the promise means."]
grain = ["promise_no", "account_id"]
requires = ["attempts", "subscribers", "[[promise]]"]

[columns]
promise_no = "INTEGER"
account_id = "VARCHAR"
promise_id = "VARCHAR"
outage_id = "VARCHAR"
status = "VARCHAR"
due_minor = "BIGINT"
paid_minor = "BIGINT"
last_credited_at_utc = "TIMESTAMP"
---*/
SELECT
    a.promise_no, a.account_id, a.promise_id, a.outage_id, a.status, a.due_minor, a.paid_minor, a.last_credited_at_utc
FROM account_credit AS a
WHERE a.standing = 'excepted' AND a.is_affected
ORDER BY a.promise_no, a.account_id
