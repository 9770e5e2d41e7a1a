/*---
id = "DQ-010"
title = "Record numbers that come twice"
severity = "low"
clause = "records"
why = "The element's counter repeats: records were written twice, or the file was put together from overlapping parts."
false_positives = ["A counter that starts again without saying so."]
grain = ["file_no", "element", "after_sequence", "before_sequence"]

[columns]
file_no = "INTEGER"
element = "VARCHAR"
after_sequence = "BIGINT"
before_sequence = "BIGINT"
path = "VARCHAR"
missing = "BIGINT"
hour_utc = "TIMESTAMP"
---*/
SELECT
    g.file_no,
    COALESCE(g.element, '') AS element,
    g.after_sequence,
    g.before_sequence,
    f.path,
    MAX(g.missing) AS missing,
    MIN(g.hour_utc) AS hour_utc
FROM sequence_gap AS g
INNER JOIN file AS f ON g.file_no = f.file_no
WHERE g.kind = 'repeat'
GROUP BY g.file_no, COALESCE(g.element, ''), g.after_sequence, g.before_sequence, f.path
ORDER BY g.file_no, element, g.after_sequence, g.before_sequence
