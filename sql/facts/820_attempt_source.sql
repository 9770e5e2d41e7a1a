/*---
id = "attempt_source"
title = "The sources of the case that an attempt's legs come from"
why = "A publisher with other sources saw other attempts. A file whose content is in two sources was read once and belongs to both."
grain = ["attempt_id", "source_no"]

[columns]
attempt_id = "VARCHAR"
source_no = "BIGINT"
---*/
WITH source_file AS (
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
INNER JOIN source_file AS h ON r.file_no = h.file_no
GROUP BY l.attempt_id, h.source_no
ORDER BY l.attempt_id, h.source_no
