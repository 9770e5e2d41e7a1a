/*---
id = "attempt_leg"
title = "The attempt of each loaded attempts record"
why = "An attempt has the id of its earliest leg. The other legs are duplicate records (contract 3.2)."
grain = ["record_id"]

[columns]
record_id = { type = "VARCHAR", joins = "attempt_record.record_id" }
attempt_id = "VARCHAR"
legs = "BIGINT"
---*/
WITH labelled_record AS (
    SELECT record_id, MIN(label) AS group_id FROM leg_label GROUP BY record_id
),

group_member AS (
    SELECT record_id, group_id FROM labelled_record
    UNION
    SELECT group_id AS record_id, group_id FROM labelled_record
),

numbered_leg AS (
    SELECT
        m.record_id, m.group_id,
        COUNT(*) OVER (PARTITION BY m.group_id) AS legs,
        ROW_NUMBER() OVER (PARTITION BY m.group_id ORDER BY r.started_at_utc, m.record_id) AS place
    FROM group_member AS m
    INNER JOIN attempt_record AS r ON m.record_id = r.record_id
),

leg_with_attempt AS (
    SELECT p.record_id, f.record_id AS attempt_id, p.legs
    FROM numbered_leg AS p
    INNER JOIN numbered_leg AS f ON p.group_id = f.group_id AND f.place = 1
)

SELECT
    r.record_id,
    COALESCE(n.attempt_id, r.record_id) AS attempt_id,
    COALESCE(n.legs, 1) AS legs
FROM attempt_record AS r
LEFT JOIN leg_with_attempt AS n ON r.record_id = n.record_id
ORDER BY r.record_id
