/*---
id = "DQ-013"
title = "File that was not loaded, or that has a notice"
severity = "medium"
clause = "records"
why = "A file that was damaged, delivered twice or read with a doubtful layout changes the evidence behind the counts."
false_positives = ["A second copy was delivered by mistake. It is read once."]
grain = ["file_no"]

[columns]
file_no = "INTEGER"
path = "VARCHAR"
role = "VARCHAR"
status = "VARCHAR"
problem = "VARCHAR"
---*/
SELECT file_no, path, role, status, problem
FROM file
WHERE status <> 'loaded' OR problem IS NOT NULL
ORDER BY file_no
