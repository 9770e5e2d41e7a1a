/*---
id = "DQ-010"
title = "Record numbers that occur twice"
severity = "low"
clause = "records"
why = "The element's counter repeats. Records were written twice, or the file was made of overlapping parts."
false_positives = ["The counter started again, and the log does not show it."]
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
WHERE kind = 'repeat'
ORDER BY file_no, element, after_sequence, before_sequence
