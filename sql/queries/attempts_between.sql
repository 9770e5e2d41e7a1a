/*---
title = "Every attempt in a span of time, in order"
why = "The minutes around an event, as the networks and the centre saw them."

[params.from_utc]
type = "text"
unit = "time in UTC"
default = "1970-01-01T00:00:00"
why = "First instant, for example 2024-03-12T17:00:00."
[params.to_utc]
type = "text"
unit = "time in UTC"
default = "9999-12-31T00:00:00"
why = "The end: the first instant that is left out."

[columns]
started_at_utc = "TIMESTAMP"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
caller_alias = "VARCHAR"
network = "VARCHAR"
cell_id = "VARCHAR"
region = "VARCHAR"
state = "VARCHAR"
outcome = "VARCHAR"
release_cause = "INTEGER"
sip_status = "INTEGER"
---*/
SELECT
    a.started_at_utc, a.attempt_id, a.caller_id, n.caller_alias, a.network, a.cell_id, a.region, a.state, a.outcome, a.release_cause,
    a.sip_status
FROM attempt AS a
LEFT JOIN caller_alias AS n ON a.caller_id = n.caller_id
WHERE a.started_at_utc >= CAST($from_utc AS TIMESTAMP) AND a.started_at_utc < CAST($to_utc AS TIMESTAMP)
ORDER BY a.started_at_utc, a.attempt_id
