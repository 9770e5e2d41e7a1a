/*---
title = "A log of a thousand calls and more without an emergency call"
sentence = "{names}: no record dialled an emergency number. Perhaps another column says who was dialled (columns, dialled_other). The real count may be higher."
others = "other log(s)"
is_floor = true
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
-- Of a thousand calls of a public network usually one or more is to an emergency number. What emergency_only_when leaves out was one.
WITH wrong_value AS (
    SELECT file_no, COUNT(column_name) AS records FROM reject GROUP BY file_no
),

source_tally AS (
    SELECT
        f.source_no,
        SUM(f.seen - f.non_data - f.not_kept) AS records,
        SUM(f.loaded + f.narrowed + COALESCE(w.records, 0)) AS emergencies
    FROM file AS f
    LEFT JOIN wrong_value AS w ON f.file_no = w.file_no
    WHERE f.status = 'loaded' AND f.role = 'attempts'
    GROUP BY f.source_no
)

SELECT s.path AS name
FROM source_tally AS t
INNER JOIN source AS s ON t.source_no = s.source_no
WHERE t.records >= 1000 AND t.emergencies = 0
GROUP BY s.path
ORDER BY name
