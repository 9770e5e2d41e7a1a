/*---
title = "Callers who tried most often"
why = "A caller who dials ten times is a person in need, or a phone that dials by itself. Look at both."

[params.at_least]
type = "integer"
unit = "attempts"
default = 3
min = 1
why = "Callers with fewer attempts are left out."

[columns]
caller_id = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
delivered_attempts = "BIGINT"
episodes = "BIGINT"
is_failed = "BOOLEAN"
welfare_status = "VARCHAR"
---*/
SELECT caller_id, network, region, attempts, failed_attempts, delivered_attempts, episodes, is_failed, welfare_status
FROM caller
WHERE attempts >= $at_least
ORDER BY attempts DESC, failed_attempts DESC, caller_id ASC
