/*---
id = "near_misses"
title = "Numbers that are almost an emergency number"
why = "A dial plan that puts a 0 or 9 before every number hides every emergency call of a log. So does a spreadsheet that turns 000 into 0. Where such numbers occur more often than the emergency numbers themselves, they are probably the same calls (contract 3.14)."
sentence = "{subject}: dialled {count} times. Such numbers occur more often in this source than the emergency numbers themselves ({of})."
spoils = "counts of attempts, and all figures computed from them"
remedy = "If these are emergency calls, name the column that holds the number as it was dialled (dialled_other) in the source, or export the numbers as text."
grain = ["subject"]

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
WITH wrong_value AS (
    SELECT file_no, COUNT(column_name) AS records
    FROM reject
    GROUP BY file_no
),

emergency_count AS (
    SELECT f.source_no, SUM(f.loaded + COALESCE(w.records, 0)) AS records
    FROM file AS f
    LEFT JOIN wrong_value AS w ON f.file_no = w.file_no
    WHERE f.status = 'loaded'
    GROUP BY f.source_no
),

near_miss AS (
    SELECT f.source_no, o.subject AS dialled, SUM(o.found) AS records
    FROM observation AS o
    INNER JOIN file AS f ON o.file_no = f.file_no
    WHERE o.kind = 'near_miss'
    GROUP BY f.source_no, o.subject
),

near_miss_total AS (
    SELECT source_no, SUM(records) AS records
    FROM near_miss
    GROUP BY source_no
)

SELECT s.path || ': ' || n.dialled AS subject, CAST(SUM(n.records) AS BIGINT) AS found, CAST(SUM(e.records) AS BIGINT) AS among
FROM near_miss AS n
INNER JOIN near_miss_total AS t ON n.source_no = t.source_no
INNER JOIN emergency_count AS e ON n.source_no = e.source_no
INNER JOIN source AS s ON n.source_no = s.source_no
WHERE t.records > e.records
GROUP BY s.path || ': ' || n.dialled
ORDER BY subject
