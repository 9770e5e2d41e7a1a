/*---
id = "DQ-009"
title = "Records missing by the element's own counter"
severity = "high"
clause = "records"
why = "The element numbered its records, and some numbers are not in the files: records were lost or left out, and failed calls may be among them."
false_positives = ["A counter that several logs share."]
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
WHERE g.kind = 'hole'
GROUP BY g.file_no, COALESCE(g.element, ''), g.after_sequence, g.before_sequence, f.path
ORDER BY g.file_no, element, g.after_sequence, g.before_sequence
