/*---
id = "DQ-028"
title = "Charging files that are missing in the numbers of their node"
severity = "high"
clause = "records"
why = "A node numbers the files that it closes. A file that is not there holds records, failed calls among them, that are in no count."
false_positives = ["Files of other kinds share the numbers.", "Only the files of some hours were asked for, and their numbers do not follow each other."]
grain = ["node", "after_file"]

[columns]
node = { type = "VARCHAR", is = "address of the node that wrote the files", privacy = "public", as = "id" }
after_file = { type = "BIGINT", is = "number of the last file before the hole", privacy = "public" }
before_file = { type = "BIGINT", is = "number of the first file behind it", privacy = "public" }
missing_files = { type = "BIGINT", is = "files that are missing", privacy = "public", unit = "files" }
---*/
SELECT node, after_file, before_file, missing_files
FROM file_gap
ORDER BY node, after_file
