/*---
id = "CR-001"
title = "Accounts promised a credit that were not paid"
severity = "medium"
why = "Whoever was promised a credit and got none will ask; a sum paid out says nothing of that."
false_positives = ["The credit is in a log that was not handed over, or in another currency."]
grain = ["promise_no", "account_id"]
requires = ["credits", "priced credits", "subscribers", "[[promise]]"]

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
WHERE a.status = 'missing'
ORDER BY a.promise_no, a.account_id
