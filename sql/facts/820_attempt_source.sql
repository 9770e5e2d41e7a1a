/*---
id = "attempt_source"
title = "Which sources of the case an attempt's legs come from"
why = "A publisher who held other sources knew of other attempts. A file whose content stands in two sources was read once, and is of both, whichever was read."
grain = ["attempt_id", "source_no"]

[columns]
attempt_id = "VARCHAR"
source_no = "BIGINT"
---*/
WITH held AS (
    SELECT file_no, source_no FROM file
    UNION ALL
    SELECT t.file_no, f.source_no
    FROM file AS f
    INNER JOIN file AS t ON f.content_sha256 = t.content_sha256 AND f.role = t.role
    WHERE f.status = 'duplicate'
)

SELECT l.attempt_id, CAST(h.source_no AS BIGINT) AS source_no
FROM attempt_leg AS l
INNER JOIN attempt_record AS r ON l.record_id = r.record_id
INNER JOIN held AS h ON r.file_no = h.file_no
GROUP BY l.attempt_id, h.source_no
ORDER BY l.attempt_id, h.source_no
