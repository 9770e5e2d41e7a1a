/*---
id = "role_evidence"
title = "Roles whose files were read, and whether they are evidence"
why = "If all records of a role were rejected, the role has no evidence: figures counted from it are unknown, not zero (contract 3.12). So it is where nothing was loaded and a log does not show who was dialled. Files that were rolled back, or that arrived after the --as-of time, are left out."
grain = ["role"]

[columns]
role = "VARCHAR"
files = "BIGINT"
loaded = "BIGINT"
rejected = "BIGINT"
is_evidence = "BOOLEAN"
---*/
WITH silent_file AS (
    SELECT DISTINCT file_no FROM observation WHERE kind = 'cannot_show' AND subject = 'dialled'
)

SELECT
    f.role,
    COUNT(*) AS files,
    CAST(SUM(f.loaded) AS BIGINT) AS loaded,
    CAST(SUM(f.rejected) AS BIGINT) AS rejected,
    SUM(f.loaded) > 0 OR (SUM(f.rejected) = 0 AND COUNT(s.file_no) = 0) AS is_evidence
FROM file AS f
LEFT JOIN silent_file AS s ON f.file_no = s.file_no
WHERE f.status = 'loaded'
GROUP BY f.role
ORDER BY f.role
