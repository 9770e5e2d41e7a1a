/*---
title = "A log that cannot show failed calls"
sentence = "{names}: such a log, or one written so, does not hold calls that failed. The real count may be higher."
others = "other log(s)"
is_floor = true
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
SELECT DISTINCT f.path AS name
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'cannot_show' AND o.subject = 'failures' AND f.status = 'loaded'
ORDER BY name
