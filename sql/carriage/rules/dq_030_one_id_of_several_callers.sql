/*---
id = "DQ-030"
title = "One call id on calls of several callers"
severity = "high"
why = "Different callers carry this id within an hour, so an attempt may be matched with another caller's record at the centre. If the column holds no call id, name what it holds in the source's `nulls`."
false_positives = ["The number of the caller is rewritten on one leg of a call: the legs then count as attempts of two callers."]
grain = ["call_id"]
requires = ["attempts"]
is_gap = true

[columns]
call_id = "VARCHAR"
attempts = { type = "BIGINT", is = "attempts that carry the id, tests too" }
callers = { type = "BIGINT", is = "known callers of these attempts", privacy = "public", unit = "callers" }
first_started_at_utc = { type = "TIMESTAMP", is = "start of the first attempt with the id", privacy = "public" }
last_started_at_utc = { type = "TIMESTAMP", is = "start of the last attempt with the id", privacy = "public" }
---*/
SELECT call_id, attempts, callers, first_started_at_utc, last_started_at_utc
FROM shared_id
WHERE changes > 0
ORDER BY call_id
