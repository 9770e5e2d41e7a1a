/*---
id = "call_session"
title = "Where a call id that several records carry starts anew"
why = "Records of one call id belong together within 120 s of the first; ids are reused after that (contract 3.2). Each round adds the next first record."
grain = ["call_id", "anchor_utc"]
repeat_until_empty = true

[params.call_id_within_s]
type = "integer"
unit = "s"
default = 120
min = 0
why = "How long after its first record a call id still means the same attempt."

[columns]
call_id = "VARCHAR"
anchor_utc = "TIMESTAMP"
---*/
WITH repeated AS (
    SELECT call_id FROM attempt_record WHERE call_id IS NOT NULL GROUP BY call_id HAVING COUNT(*) > 1
),

latest AS (
    SELECT call_id, MAX(anchor_utc) AS anchor_utc FROM call_session GROUP BY call_id
)

SELECT r.call_id, MIN(r.started_at_utc) AS anchor_utc
FROM attempt_record AS r
INNER JOIN repeated AS m ON r.call_id = m.call_id
LEFT JOIN latest AS l ON r.call_id = l.call_id
WHERE l.anchor_utc IS NULL OR elapsed_ms(l.anchor_utc, r.started_at_utc) > $call_id_within_s * 1000
GROUP BY r.call_id
ORDER BY r.call_id, anchor_utc
