/*---
id = "DQ-027"
title = "Charging file that lacks records, by what it says of itself"
severity = "high"
clause = "records"
why = "The file says how many records it holds, and how many its node lost. What is missing may be failed calls, so the counts are at least what they are."
false_positives = ["The header was written when the file was opened, and never brought up to date."]
grain = ["file_no", "sign"]

[columns]
file_no = "INTEGER"
sign = { type = "VARCHAR", is = "count (the header says more than there are), surplus (it says fewer), indicator (the node lost so many, at least)", privacy = "public" }
path = "VARCHAR"
records = "BIGINT"
said_records = { type = "BIGINT", is = "records by the file's own header or trailer", privacy = "public" }
---*/
SELECT o.file_no, o.subject AS sign, f.path, o.found AS records, o.among AS said_records
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'lost_record'
ORDER BY o.file_no, sign
