/*---
id = "file_gap"
title = "Holes in the numbers that a node gives its files"
why = "A node numbers the files that it closes. A number that is not there is a file that was not handed over, or was lost."
grain = ["node", "after_file"]

[params.most_missing_files]
type = "integer"
unit = "files"
default = 1000
min = 1
why = "A wider step is a counter that began anew."

[columns]
node = { type = "VARCHAR", is = "address of the node that wrote the files", privacy = "public", as = "id" }
after_file = { type = "BIGINT", is = "number of the last file before the hole", privacy = "public" }
before_file = { type = "BIGINT", is = "number of the first file behind it", privacy = "public" }
missing_files = { type = "BIGINT", is = "files that are missing", privacy = "public", unit = "files" }
---*/
WITH followed_file AS (
    SELECT subject AS node, found AS file_number, LEAD(found) OVER (PARTITION BY subject ORDER BY found) AS next_number
    FROM observation
    WHERE kind = 'file_sequence'
)

SELECT node, file_number AS after_file, next_number AS before_file, next_number - file_number - 1 AS missing_files
FROM followed_file
WHERE next_number - file_number > 1 AND next_number - file_number - 1 <= $most_missing_files
ORDER BY node, after_file
