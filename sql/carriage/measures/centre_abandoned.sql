/*---
id = "centre_abandoned"
name = "centre.abandoned"
unit = "records"
definition = "Matched and orphan centre records of callers who hung up before the centre answered"
grain = ["record_id"]
requires = ["centre", "centre.disposition"]

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
disposition = "VARCHAR"
attempt_id = "VARCHAR"
match_kind = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    c.record_id,
    c.log,
    c.centre_call_id,
    c.presented_at_utc,
    c.disposition,
    c.attempt_id,
    c.match_kind,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM centre_call AS c
INNER JOIN centre_disposition AS d ON c.disposition = d.word AND d.is_abandonment
WHERE c.bucket IN ('matched', 'orphan')
ORDER BY c.record_id
