/*---
id = "BAL-001"
title = "Records seen = non-data + rejected + not an emergency + loaded, in every file"
why = "A record in no bucket may be a call that is in no count (contract 3.13)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    CAST(COALESCE(SUM(seen), 0) AS BIGINT) AS expected,
    CAST(COALESCE(SUM(non_data + rejected + not_emergency + loaded), 0) AS BIGINT) AS actual,
    COALESCE('file ' || MIN(CASE WHEN seen <> non_data + rejected + not_emergency + loaded THEN path END), 'table file') AS where_to_look
FROM file
