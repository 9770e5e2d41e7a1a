/*---
id = "{id}"
name = "{name}"
unit = "duties"
definition = "{definition}"
grain = ["outage_id", "duty_no"]
requires = ["notifications", "addressed notices"]

[columns]
outage_id = "VARCHAR"
duty_no = "INTEGER"
duty_id = "VARCHAR"
audience = "VARCHAR"
clause = "VARCHAR"
is_mandatory = "BOOLEAN"
due_at_utc = "TIMESTAMP"
sent_at_utc = "TIMESTAMP"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    outage_id, duty_no, duty_id, audience, clause, is_mandatory, due_at_utc, sent_at_utc,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM duty_status
WHERE status = '{status}'
ORDER BY outage_id, duty_no
