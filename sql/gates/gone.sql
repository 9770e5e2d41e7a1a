/*---
id = "gone"
title = "Files that are gone"
why = "When a log disappears from the folder or from case.toml, a count falls, and nothing in the figures shows it (contract 3.14). A file with the same content under another name is not gone."
sentence = "{subject}: an earlier run loaded this file. It is missing now."
spoils = "comparisons of totals with an earlier report"
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
