/*---
title = "Records that are missing by their sequence numbers"
sentence = "{missing} record(s) are missing by their sequence numbers. The real counts may be higher."
is_floor = true
grain = ["missing"]

[columns]
missing = "BIGINT"
---*/
SELECT CAST(SUM(missing) AS BIGINT) AS missing
FROM sequence_gap
WHERE kind = 'hole'
HAVING SUM(missing) > 0
ORDER BY missing
