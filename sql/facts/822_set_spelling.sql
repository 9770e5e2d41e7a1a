/*---
id = "set_spelling"
title = "The sources of an attempt from several sources, and the exclusions that name it, written out number by number: one round adds one number"
why = "Attempts with one set are counted alike, and its spelling identifies the set. A case may have many sources and exclusions, but few combinations of them occur."
grain = ["kind", "attempt_id", "place"]
repeat_until_empty = true

[columns]
kind = "VARCHAR"
attempt_id = "VARCHAR"
place = "BIGINT"
spelling = "VARCHAR"
---*/
WITH attempt_of_several AS (
    SELECT attempt_id FROM attempt_source GROUP BY attempt_id HAVING COUNT(*) > 1
),

member_of_set AS (
    SELECT 'source' AS kind, m.attempt_id, m.source_no AS member_no
    FROM attempt_source AS m
    INNER JOIN attempt_of_several AS s ON m.attempt_id = s.attempt_id
    UNION ALL
    SELECT 'exclusion' AS kind, attempt_id, exclusion_no AS member_no FROM attempt_exclusion
),

numbered_member AS (
    SELECT kind, attempt_id, member_no, ROW_NUMBER() OVER (PARTITION BY kind, attempt_id ORDER BY member_no) AS place
    FROM member_of_set
),

current_spelling AS (
    SELECT kind, attempt_id, MAX(place) AS place FROM set_spelling GROUP BY kind, attempt_id
)

SELECT
    p.kind, p.attempt_id, p.place,
    COALESCE(s.spelling || ',', '') || CAST(p.member_no AS VARCHAR) AS spelling
FROM numbered_member AS p
LEFT JOIN current_spelling AS d ON p.kind = d.kind AND p.attempt_id = d.attempt_id
LEFT JOIN set_spelling AS s ON d.kind = s.kind AND d.attempt_id = s.attempt_id AND d.place = s.place
WHERE p.place = COALESCE(d.place, 0) + 1
ORDER BY p.kind, p.attempt_id, p.place
