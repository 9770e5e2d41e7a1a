/*---
id = "notices_sent"
name = "notices.sent"
unit = "notices"
definition = "Notices in the logs of notices, to whatever audience; one that two files of a source hold counts once"
grain = ["record_id"]
requires = ["notifications"]

[columns]
record_id = "VARCHAR"
sent_at_utc = "TIMESTAMP"
audience = { type = "VARCHAR", is = "who it was for" }
kind = { type = "VARCHAR", is = "initial, update or restored" }
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT record_id, sent_at_utc, audience, kind, CAST(1 AS BIGINT) AS weight, TRUE AS is_certain
FROM notification AS n
WHERE NOT EXISTS (SELECT 1 FROM repeated_notice AS d WHERE d.record_id = n.record_id)
ORDER BY record_id
