/*---
id = "attempt_set"
title = "The set of sources and the set of exclusions of each attempt, as numbers in order; without an exclusion an empty text"
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
source_set = "VARCHAR"
exclusion_set = "VARCHAR"
---*/
WITH whole_spelling AS (
    SELECT s.kind, s.attempt_id, s.spelling
    FROM set_spelling AS s
    INNER JOIN (SELECT kind, attempt_id, MAX(place) AS place FROM set_spelling GROUP BY kind, attempt_id) AS l
        ON s.kind = l.kind AND s.attempt_id = l.attempt_id AND s.place = l.place
),

first_source AS (
    SELECT attempt_id, MIN(source_no) AS source_no FROM attempt_source GROUP BY attempt_id
)

SELECT h.attempt_id, COALESCE(s.spelling, CAST(h.source_no AS VARCHAR)) AS source_set, COALESCE(x.spelling, '') AS exclusion_set
FROM first_source AS h
LEFT JOIN whole_spelling AS s ON h.attempt_id = s.attempt_id AND s.kind = 'source'
LEFT JOIN whole_spelling AS x ON h.attempt_id = x.attempt_id AND x.kind = 'exclusion'
ORDER BY h.attempt_id
