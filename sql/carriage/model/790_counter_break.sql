/*---
id = "counter_break"
title = "Where an element's own counter does not continue by one, with the file"
grain = ["kind", "file_no", "element", "after_sequence", "before_sequence"]

[columns]
kind = "VARCHAR"
file_no = "INTEGER"
element = "VARCHAR"
after_sequence = "BIGINT"
before_sequence = "BIGINT"
path = "VARCHAR"
missing = "BIGINT"
hour_utc = "TIMESTAMP"
---*/
SELECT
    g.kind,
    g.file_no,
    COALESCE(g.element, '') AS element,
    g.after_sequence,
    g.before_sequence,
    f.path,
    MAX(g.missing) AS missing,
    MIN(g.hour_utc) AS hour_utc
FROM sequence_gap AS g
INNER JOIN file AS f ON g.file_no = f.file_no
GROUP BY g.kind, g.file_no, COALESCE(g.element, ''), g.after_sequence, g.before_sequence, f.path
ORDER BY g.kind, g.file_no, element, g.after_sequence, g.before_sequence
