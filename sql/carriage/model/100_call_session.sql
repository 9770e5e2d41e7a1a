/*---
id = "call_session"
title = "Where an id that several records carry begins a new call"
why = "Records with one id belong together within 120 s of the first. After that the id was used again (contract 3.2). Each round adds the next first record."
grain = ["id_text", "anchor_utc"]
passing = true
repeat_until_empty = true

[params.call_id_within_s]
type = "integer"
unit = "s"
default = 120
min = 0
why = "How long after its first record a call id still means the same attempt."

[columns]
id_text = "VARCHAR"
anchor_utc = "TIMESTAMP"
---*/
WITH repeated_id AS (
    SELECT id_text FROM attempt_id_text GROUP BY id_text HAVING COUNT(*) > 1
),

latest_session AS (
    SELECT id_text, MAX(anchor_utc) AS anchor_utc FROM call_session GROUP BY id_text
)

SELECT r.id_text, MIN(r.started_at_utc) AS anchor_utc
FROM attempt_id_text AS r
INNER JOIN repeated_id AS m ON r.id_text = m.id_text
LEFT JOIN latest_session AS l ON r.id_text = l.id_text
WHERE l.anchor_utc IS NULL OR elapsed_ms(l.anchor_utc, r.started_at_utc) > $call_id_within_s * 1000
GROUP BY r.id_text
ORDER BY r.id_text, anchor_utc
