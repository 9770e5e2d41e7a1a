/*---
title = "Callers whose own network failed and who reached the centre over another network"
why = "The attempt stays failed, and the caller was reached. It shows that another network was able to carry the call."

[columns]
episode_id = "VARCHAR"
caller_id = "VARCHAR"
caller_alias = "VARCHAR"
failed_attempts = "BIGINT"
first_tried_at_utc = { type = "TIMESTAMP", is = "start of the first attempt", privacy = "public" }
presented_at_utc = "TIMESTAMP"
own_network = { type = "VARCHAR", is = "network that the caller's attempts were made on", privacy = "public", as = "id" }
other_network = { type = "VARCHAR", is = "network by which the call arrived", privacy = "public", as = "id" }
centre_call_id = "VARCHAR"
---*/
SELECT
    e.episode_id,
    e.caller_id,
    n.caller_alias,
    e.failed_attempts,
    e.started_at_utc AS first_tried_at_utc,
    c.presented_at_utc,
    a.network AS own_network,
    c.network AS other_network,
    c.centre_call_id
FROM episode AS e
INNER JOIN centre_call AS c ON e.rescue_record_id = c.record_id
INNER JOIN attempt AS a ON e.last_failed_attempt_id = a.attempt_id
LEFT JOIN caller_alias AS n ON e.caller_id = n.caller_id
ORDER BY e.episode_id
