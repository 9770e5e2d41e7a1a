/*---
title = "Logs of nodes that a handset must reach first"
sentence = "{files} file(s) hold charging records. A handset that never reached the node that writes them has no record there. The real counts may be higher."
is_floor = true
grain = ["files"]

[columns]
files = "BIGINT"
---*/
SELECT COUNT(*) AS files
FROM observation
WHERE kind = 'only_reached'
HAVING COUNT(*) > 0
ORDER BY files
