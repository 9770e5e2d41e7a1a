/*---
title = "Records that are missing by what their files say"
sentence = "At least {missing} record(s) are missing by what the charging files say of themselves. The real counts may be higher."
is_floor = true
grain = ["missing"]

[columns]
missing = "BIGINT"
---*/
SELECT CAST(SUM(found) AS BIGINT) AS missing
FROM observation
WHERE kind = 'lost_record' AND subject <> 'surplus'
HAVING SUM(found) > 0
ORDER BY missing
