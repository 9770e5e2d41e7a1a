/*---
title = "A log that cannot show failed calls"
sentence = "{names}: this log cannot show calls that failed: its kind holds none, or it was written without them. The real count may be higher."
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
    LEFT JOIN observation AS o ON f.file_no = o.file_no AND o.kind = 'cannot_show' AND o.subject = 'failures'
    WHERE f.status = 'loaded' AND f.role = 'attempts' AND f.seen > f.non_data
    GROUP BY f.source_no, f.file_no
)

SELECT s.path AS name
FROM file_verdict AS v
INNER JOIN source AS s ON v.source_no = s.source_no
GROUP BY s.path
HAVING MIN(v.is_silent) = 1
ORDER BY name
