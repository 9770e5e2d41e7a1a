/*---
id = "call_session"
title = "Which call each start of an id that several records carry belongs to"
grain = ["id_text", "started_at_utc"]
passing = true

[columns]
id_text = "VARCHAR"
started_at_utc = "TIMESTAMP"
anchor_utc = { type = "TIMESTAMP", is = "when the first record of the call started" }
---*/
WITH start_of_id AS (
    SELECT DISTINCT r.id_text, r.started_at_utc
    FROM attempt_id_text AS r
    WHERE EXISTS (SELECT 1 FROM call_anchor AS a WHERE a.id_text = r.id_text)
)

SELECT
    r.id_text, r.started_at_utc,
    MAX(a.anchor_utc) OVER (
        PARTITION BY r.id_text ORDER BY r.started_at_utc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS anchor_utc
FROM start_of_id AS r
LEFT JOIN call_anchor AS a ON r.id_text = a.id_text AND r.started_at_utc = a.anchor_utc
ORDER BY r.id_text, r.started_at_utc
