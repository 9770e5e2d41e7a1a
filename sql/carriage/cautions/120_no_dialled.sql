/*---
title = "A log without a column for who was dialled"
sentence = "{names}: no column says who was dialled, so that no emergency call in it can be found. The real count may be higher."
others = "other log(s)"
is_floor = true
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
WITH file_verdict AS (
    SELECT
        f.source_no,
        CASE WHEN COUNT(o.kind) > 0 THEN 1 ELSE 0 END AS is_silent
    FROM file AS f
    LEFT JOIN observation AS o ON f.file_no = o.file_no AND o.kind = 'cannot_show' AND o.subject = 'dialled'
    WHERE f.status = 'loaded' AND f.role = 'attempts' AND f.seen > f.non_data
    GROUP BY f.source_no, f.file_no
)

SELECT s.path AS name
FROM file_verdict AS v
INNER JOIN source AS s ON v.source_no = s.source_no
GROUP BY s.path
HAVING MIN(v.is_silent) = 1
ORDER BY name
