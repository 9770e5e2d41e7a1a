/*---
id = "CR-002"
title = "Accounts credited otherwise than promised"
severity = "low"
why = "Paid less, more, twice or late: each is a difference from what was said in public."
false_positives = ["A credit for another reason lies in the same log."]
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
WHERE a.status IN ('short', 'over', 'twice', 'late')
ORDER BY a.promise_no, a.account_id
