/*---
id = "EC-005"
title = "A caller tried again and again and was never delivered"
severity = "critical"
clause = "access"
why = "Whoever dials many times needs help badly; no attempt of this caller reached a centre."
false_positives = ["A device without a caller that dials by itself."]
grain = ["caller_id"]
requires = ["attempts"]

[params.many_attempts]
type = "integer"
unit = "attempts"
default = 3
min = 1
why = "From how many attempts on a caller counts as one who tried again and again."

[columns]
caller_id = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
SELECT caller_id, network, region, attempts, failed_attempts, first_failed_at_utc, last_failed_at_utc
FROM caller
WHERE is_failed AND delivered_attempts = 0 AND attempts >= $many_attempts
ORDER BY caller_id
