/*---
id = "gone"
title = "Files that are gone"
why = "A count falls when a log falls out of the folder or out of case.toml, and nothing in the figures shows it (contract 3.14). A file that is there under another name with the same content is not gone."
sentence = "{subject}: an earlier run had loaded this file, and it is not there any more."
spoils = "totals beside those of an earlier report"
remedy = "Put the file back, or name it in case.toml again."
grain = ["subject"]

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
SELECT k.path AS subject, COUNT(DISTINCT k.path) AS found, COUNT(DISTINCT k.path) AS among
FROM known_file AS k
WHERE NOT EXISTS (SELECT 1 FROM file AS f WHERE f.path = k.path OR f.content_sha256 = k.content_sha256)
GROUP BY k.path
ORDER BY subject
