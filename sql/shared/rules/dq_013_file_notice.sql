/*---
id = "DQ-013"
title = "File that was not loaded, or of which something is to be said"
severity = "medium"
clause = "records"
why = "A file that was damaged, given twice or read by a doubtful layout changes what the counts rest on."
false_positives = ["A second copy that was handed over by mistake: it is read once."]
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
