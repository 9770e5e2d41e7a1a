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
caller_alias = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
delivered_attempts = "BIGINT"
episodes = "BIGINT"
is_failed = "BOOLEAN"
welfare_status = "VARCHAR"
---*/
SELECT
    c.caller_id, n.caller_alias, c.network, c.region, c.attempts, c.failed_attempts, c.delivered_attempts, c.episodes, c.is_failed,
    c.welfare_status
FROM caller AS c
LEFT JOIN caller_alias AS n ON c.caller_id = n.caller_id
WHERE c.attempts >= $at_least
ORDER BY c.attempts DESC, c.failed_attempts DESC, c.caller_id ASC
