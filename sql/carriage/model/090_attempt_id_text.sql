/*---
id = "attempt_id_text"
title = "Every id that an attempts record carries"
why = "A call may have two ids: its own, and the id of its other leg or of the whole call (contract 3.2)."
grain = ["record_id", "id_text"]
passing = true

[columns]
record_id = "VARCHAR"
id_text = "VARCHAR"
started_at_utc = "TIMESTAMP"
---*/
SELECT record_id, call_id AS id_text, started_at_utc FROM attempt_record WHERE call_id IS NOT NULL
UNION
SELECT record_id, linked_call_id AS id_text, started_at_utc FROM attempt_record WHERE linked_call_id IS NOT NULL
ORDER BY record_id, id_text
