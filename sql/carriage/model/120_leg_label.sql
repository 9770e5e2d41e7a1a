/*---
id = "leg_label"
title = "Groups of connected records: each round passes the lowest record id on to the neighbours"
grain = ["record_id", "label"]
repeat_until_empty = true

[columns]
record_id = "VARCHAR"
label = "VARCHAR"
---*/
WITH edge AS (
    SELECT record_id, other_id FROM leg_pair
    UNION
    SELECT other_id AS record_id, record_id AS other_id FROM leg_pair
),

current_label AS (
    SELECT record_id, MIN(label) AS label FROM leg_label GROUP BY record_id
),

offered_label AS (
    SELECT e.record_id, MIN(COALESCE(l.label, e.other_id)) AS label
    FROM edge AS e
    LEFT JOIN current_label AS l ON e.other_id = l.record_id
    GROUP BY e.record_id
)

SELECT o.record_id, o.label
FROM offered_label AS o
LEFT JOIN current_label AS l ON o.record_id = l.record_id
WHERE o.label < COALESCE(l.label, o.record_id)
ORDER BY o.record_id, o.label
