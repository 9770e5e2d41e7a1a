/*---
id = "role_evidence"
title = "Roles whose files were read, and whether they are evidence"
why = "A role whose files gave only rejected records is in no source: what is counted from it is unknown, not zero (contract 3.12). Files that were rolled back, or that came in later than the audit looks, are not here."
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
