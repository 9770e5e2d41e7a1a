/*---
id = "role_evidence"
title = "Roles whose files were read, and whether they are evidence"
why = "If all records of a role were rejected, the role has no evidence: figures counted from it are unknown, not zero (contract 3.12). Files that were rolled back, or that arrived after the --as-of time, are left out."
grain = ["role"]

[columns]
role = "VARCHAR"
files = "BIGINT"
loaded = "BIGINT"
rejected = "BIGINT"
is_evidence = "BOOLEAN"
---*/
SELECT
    role,
    COUNT(*) AS files,
    CAST(SUM(loaded) AS BIGINT) AS loaded,
    CAST(SUM(rejected) AS BIGINT) AS rejected,
    SUM(loaded) > 0 OR SUM(rejected) = 0 AS is_evidence
FROM file
WHERE status = 'loaded'
GROUP BY role
ORDER BY role
