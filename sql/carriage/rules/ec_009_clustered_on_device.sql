/*---
id = "EC-009"
title = "Failures cluster on one device model"
severity = "medium"
clause = "device"
why = "A device model that cannot reach the emergency service fails while the network works. No network alarm shows this."
false_positives = ["One caller dialled many times with one device."]
grain = ["tac"]
requires = ["attempts"]

[params.cluster_min_failed]
type = "integer"
unit = "attempts"
default = 5
min = 1
why = "Fewer failures are no cluster."

[params.cluster_times]
type = "integer"
unit = "times"
default = 3
min = 1
max = 1000
why = "An attempt must fail this many times as often there as elsewhere."

[columns]
tac = "VARCHAR"
make = "VARCHAR"
model = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH device_model AS (
    SELECT tac, MIN(make) AS make, MIN(model) AS model FROM device GROUP BY tac
)

SELECT
    t.place AS tac, d.make, d.model,
    t.attempts, t.failed_attempts, t.attempts_elsewhere, t.failed_elsewhere, t.first_failed_at_utc, t.last_failed_at_utc
FROM failure_tally AS t
LEFT JOIN device_model AS d ON t.place = d.tac
WHERE
    t.dimension = 'device'
    AND t.failed_attempts >= $cluster_min_failed
    AND t.attempts_elsewhere > 0
    AND t.failed_attempts * t.attempts_elsewhere >= $cluster_times * t.failed_elsewhere * t.attempts
ORDER BY tac
