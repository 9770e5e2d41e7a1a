/*---
id = "breaches_total"
name = "breaches.total"
unit = "breaches"
definition = "Duties broken, of every clause: one failed call may break several, so these are no calls"
grain = ["clause", "breaker", "subject"]
requires = ["attempts|notifications", "placed outages"]

[columns]
clause = "VARCHAR"
breaker = "VARCHAR"
subject = "VARCHAR"
at_utc = "TIMESTAMP"
status = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
outage_id = "VARCHAR"
record_id = { type = "VARCHAR", is = "the notice or check that decides" }
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    clause, breaker, subject, at_utc, status, attempt_id, caller_id, outage_id, record_id,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM breach
ORDER BY clause, breaker, subject
