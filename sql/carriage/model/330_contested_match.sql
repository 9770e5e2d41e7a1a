/*---
id = "contested_match"
title = "Matches among attempts and centre records of one caller that have rivals"
why = "The largest number of pairs, then the least total |residual|, then the earliest attempts (contract 3.7). The assignment is exact within each caller."
grain = ["attempt_id"]
passing = true
solve = "assignment"

[columns]
caller_id = "VARCHAR"
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
attempt_no = "BIGINT"
call_no = "BIGINT"
started_at_utc = "TIMESTAMP"
presented_at_utc = "TIMESTAMP"
---*/
SELECT caller_id, attempt_id, record_id, residual_ms, attempt_no, call_no, started_at_utc, presented_at_utc
FROM caller_pair
WHERE is_contested
ORDER BY caller_id, attempt_no, call_no
