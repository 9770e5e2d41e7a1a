/*---
id = "window_contest"
title = "Matches within half and twice the window, among attempts and centre records of one caller that have rivals"
why = "The same exact assignment as in the usual window (contract 3.7), for one window and caller at a time."
grain = ["cluster", "attempt_id"]
solve = "assignment"

[columns]
cluster = "VARCHAR"
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
attempt_no = "BIGINT"
call_no = "BIGINT"
started_at_utc = "TIMESTAMP"
presented_at_utc = "TIMESTAMP"
---*/
SELECT cluster, attempt_id, record_id, residual_ms, attempt_no, call_no, started_at_utc, presented_at_utc
FROM window_pair
WHERE is_contested
ORDER BY cluster, attempt_no, call_no
