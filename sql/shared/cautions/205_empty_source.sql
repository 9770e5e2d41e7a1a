/*---
title = "Sources without a single record"
sentence = "There is no record at all in {names}: what should be there is in no count."
others = "other source(s)"
is_floor = true
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
SELECT s.path AS name
FROM file AS f
INNER JOIN source AS s ON f.source_no = s.source_no
WHERE f.status = 'loaded'
GROUP BY s.path
HAVING SUM(f.seen - f.non_data) = 0
ORDER BY name
