/*---
id = "EC-005"
title = "A caller tried many times, and no attempt was delivered"
severity = "critical"
clause = "access"
why = "A caller who dials many times is likely to need help badly. No attempt of this caller reached a centre."
false_positives = ["A device dials by itself, without a person."]
grain = ["caller_id"]
requires = ["attempts"]

[params.many_attempts]
type = "integer"
unit = "attempts"
default = 3
min = 1
why = "A caller with at least this many attempts is a finding."

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
