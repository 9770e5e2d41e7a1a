/*---
id = "not_opened"
title = "Content that was not opened"
why = "Some content was not read: packets under an encapsulation or cipher that no reader opens, members of an archive that look like logs, lists of records, cells of a workbook that are in error, its sheets that look like the rest of the log. It may hold calls that are in no count (contract 3.14)."
sentence = "{subject}: {count} of {of} were not opened and may hold calls."
spoils = "counts of attempts, and all figures computed from them"
remedy = "Decrypt or unwrap the capture, unpack the member as a file of its own, name the sheet in a source (sheet), or have a spreadsheet program compute the workbook and save a copy."
grain = ["subject"]

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
SELECT
    f.path || ': ' || o.subject AS subject,
    -- a file that is read in two roles has its content once
    MAX(o.found) AS found,
    MAX(COALESCE(o.among, o.found)) AS among
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'not_opened' AND o.found > 0
GROUP BY f.path || ': ' || o.subject
ORDER BY subject
