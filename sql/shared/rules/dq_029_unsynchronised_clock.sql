/*---
id = "DQ-029"
title = "Records whose writer says that its clock was not synchronised"
severity = "medium"
clause = "records"
why = "The gateway marks each time that it takes from a clock without a reference. Such times may be wrong by any amount, and matching by time rests on them."
false_positives = ["The clock was right though its reference was out of reach for some minutes."]
grain = ["path"]

[columns]
path = "VARCHAR"
records = { type = "BIGINT", is = "records with the mark" }
---*/
SELECT
    f.path,
    CAST(SUM(o.found) AS BIGINT) AS records
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'unsynchronised_clock' AND o.found > 0
GROUP BY f.path
ORDER BY f.path
