/*---
title = "A log without a column for who was dialled"
sentence = "{names}: no column says who was dialled, so that no emergency call in it can be found. The real count may be higher."
others = "other log(s)"
is_floor = true
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
SELECT DISTINCT f.path AS name
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'cannot_show' AND o.subject = 'dialled' AND f.status = 'loaded'
ORDER BY name
