/*---
title = "Episodes"

[columns]
started_at_utc = "TIMESTAMP"
episode_id = "VARCHAR"
caller_id = "VARCHAR"
caller_alias = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
delivered_attempts = "BIGINT"
state = "VARCHAR"
rescue_record_id = "VARCHAR"
outage_id = "VARCHAR"
welfare_status = "VARCHAR"

[params.episodes]
type = "texts"
unit = ""
default = 0
why = "ids of their episodes"
---*/
SELECT
    started_at_utc, e.episode_id, e.caller_id, n.caller_alias, attempts, failed_attempts, delivered_attempts, state,
    rescue_record_id, e.outage_id, d.status AS welfare_status
FROM episode AS e
LEFT JOIN welfare_duty AS d ON e.episode_id = d.episode_id
LEFT JOIN caller_alias AS n ON e.caller_id = n.caller_id
WHERE LIST_CONTAINS($episodes, e.episode_id)
ORDER BY started_at_utc, e.episode_id
