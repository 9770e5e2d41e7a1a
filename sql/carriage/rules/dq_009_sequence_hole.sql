/*---
id = "DQ-009"
title = "Records missing by the element's own counter"
severity = "high"
clause = "records"
why = "The element numbers its records, and some numbers are not in the files. Records were lost or left out. Failed calls may be among them."
false_positives = ["Several logs share one counter."]
grain = ["file_no", "element", "after_sequence", "before_sequence"]
requires = ["attempts"]

[columns]
file_no = "INTEGER"
element = "VARCHAR"
after_sequence = "BIGINT"
before_sequence = "BIGINT"
path = "VARCHAR"
missing = "BIGINT"
hour_utc = "TIMESTAMP"
---*/
SELECT file_no, element, after_sequence, before_sequence, path, missing, hour_utc
FROM counter_break
WHERE kind = 'hole'
ORDER BY file_no, element, after_sequence, before_sequence
