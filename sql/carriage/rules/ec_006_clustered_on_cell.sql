/*---
id = "EC-006"
title = "Failures cluster on one cell"
severity = "medium"
clause = "carriage"
why = "A cell fails emergency calls while its neighbours carry them. The fault is likely at that site. One example is a cell that should have gone off the air."
false_positives = ["One caller dialled many times from one cell."]
grain = ["network", "cell_id"]
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
cell_id = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
SELECT
    network, place AS cell_id, attempts, failed_attempts, attempts_elsewhere, failed_elsewhere,
    first_failed_at_utc, last_failed_at_utc
FROM failure_tally
WHERE
    dimension = 'cell'
    AND failed_attempts >= $cluster_min_failed
    AND attempts_elsewhere > 0
    AND failed_attempts * attempts_elsewhere >= $cluster_times * failed_elsewhere * attempts
ORDER BY network, cell_id
