/*---
id = "EC-008"
title = "Failures cluster on one access"
severity = "medium"
clause = "carriage"
why = "Failures on one access, for example voice over LTE alone, point to a path that the other accesses do not use."
false_positives = ["An outage of that access alone is already declared."]
grain = ["access"]
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
access = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
SELECT
    place AS access, attempts, failed_attempts, attempts_elsewhere, failed_elsewhere, first_failed_at_utc, last_failed_at_utc
FROM failure_tally
WHERE
    dimension = 'access'
    AND failed_attempts >= $cluster_min_failed
    AND attempts_elsewhere > 0
    AND failed_attempts * attempts_elsewhere >= $cluster_times * failed_elsewhere * attempts
ORDER BY access
