/*---
id = "leg_label"
title = "Groups of connected records: each round passes the lowest record id on to the neighbours"
grain = ["record_id", "label"]
passing = true
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
    SELECT e.record_id, MIN(COALESCE(l.label, e.record_id)) AS label
    FROM edge AS e
    LEFT JOIN leg_label AS l ON e.record_id = l.record_id
    GROUP BY e.record_id
),

-- a record takes its neighbour's label, and so does the record that it took its own label from; each also takes the label that this
-- one has by now. So labels cross a long chain of records in few rounds.
offered_label AS (
    SELECT e.record_id, o.label
    FROM edge AS e
    INNER JOIN current_label AS o ON e.other_id = o.record_id
    UNION ALL
    SELECT l.label AS record_id, o.label
    FROM edge AS e
    INNER JOIN current_label AS l ON e.record_id = l.record_id
    INNER JOIN current_label AS o ON e.other_id = o.record_id
    UNION ALL
    SELECT l.record_id, o.label
    FROM current_label AS l
    INNER JOIN current_label AS o ON l.label = o.record_id
),

least_label AS (
    SELECT record_id, MIN(label) AS label FROM offered_label GROUP BY record_id
)

SELECT o.record_id, o.label
FROM least_label AS o
INNER JOIN current_label AS l ON o.record_id = l.record_id
WHERE o.label < l.label
ORDER BY o.record_id, o.label
