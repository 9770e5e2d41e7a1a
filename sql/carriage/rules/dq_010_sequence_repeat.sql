/*---
id = "DQ-010"
title = "Record numbers that come twice"
severity = "low"
clause = "records"
why = "The element's counter repeats: records were written twice, or the file was put together from overlapping parts."
false_positives = ["A counter that starts again without saying so."]
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
