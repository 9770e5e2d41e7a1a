/*---
id = "lost_ids"
title = "Ids that a spreadsheet has rounded"
why = "An id written as 1.7E+12 has lost its digits. It cannot show which records belong to one call or one person (contract 2, 3.14)."
sentence = "{subject}: {count} of {of} ids are rounded to a power of ten. Their digits are lost."
spoils = "figures whose records are merged or matched by these ids"
remedy = "Export the log again with its ids as text."
grain = ["subject"]
[params.gate_lost_ids_permille]
type = "integer"
unit = "of 1,000 ids"
default = 10
min = 0
why = "A few such ids are typing errors. More than ten in a thousand mean that the column went through a spreadsheet."

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
SELECT
    f.path || ': ' || o.subject AS subject,
    CAST(SUM(o.found) AS BIGINT) AS found,
    CAST(SUM(o.among) AS BIGINT) AS among
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'id_column' AND o.found * 1000 > o.among * $gate_lost_ids_permille
GROUP BY f.path || ': ' || o.subject
ORDER BY subject
