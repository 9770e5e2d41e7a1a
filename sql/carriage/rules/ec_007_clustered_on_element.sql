/*---
id = "EC-007"
title = "Failures cluster on one network element"
severity = "medium"
clause = "carriage"
why = "Failures on one element point to its software, its routes or its trunks."
false_positives = ["The element serves only the region of an outage."]
grain = ["network", "element"]
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
network = "VARCHAR"
element = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
SELECT
    network, place AS element, attempts, failed_attempts, attempts_elsewhere, failed_elsewhere,
    first_failed_at_utc, last_failed_at_utc
FROM failure_tally
WHERE
    dimension = 'element'
    AND failed_attempts >= $cluster_min_failed
    AND attempts_elsewhere > 0
    AND failed_attempts * attempts_elsewhere >= $cluster_times * failed_elsewhere * attempts
ORDER BY network, element
