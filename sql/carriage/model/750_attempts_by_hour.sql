/*---
id = "attempts_by_hour"
title = "Attempts by UTC hour and state"
grain = ["hour_utc", "state"]

[columns]
hour_utc = "TIMESTAMP"
state = "VARCHAR"
attempts = "BIGINT"
---*/
SELECT DATE_TRUNC('hour', started_at_utc) AS hour_utc, state, COUNT(*) AS attempts
FROM attempt
GROUP BY DATE_TRUNC('hour', started_at_utc), state
ORDER BY hour_utc, state
