/*---
title = "Charging files that are missing"
sentence = "{missing} charging file(s) are missing in the numbers of their nodes. The real counts may be higher."
is_floor = true
grain = ["missing"]

[columns]
missing = "BIGINT"
---*/
SELECT CAST(SUM(missing_files) AS BIGINT) AS missing
FROM file_gap
HAVING SUM(missing_files) > 0
ORDER BY missing
