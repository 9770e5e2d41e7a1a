/*---
id = "run_state"
title = "What a later run is compared with: the state and match of each attempt, and its caller"
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
state = "VARCHAR"
basis = "VARCHAR"
match_kind = "VARCHAR"
centre_record_id = "VARCHAR"
legs = "BIGINT"
---*/
SELECT attempt_id, caller_id, started_at_utc, state, basis, match_kind, centre_record_id, legs
FROM attempt
ORDER BY attempt_id
