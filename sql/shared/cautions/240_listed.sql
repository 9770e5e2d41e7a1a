/*---
title = "Files that are believed unchanged"
sentence = "{files} file(s) are in object stores whose word the case trusts (trust_listing): where size and ETag are as before, a file is not read and hashed again."
grain = ["files"]

[columns]
files = "BIGINT"
---*/
SELECT COUNT(DISTINCT file_no) AS files
FROM observation
WHERE kind = 'listed'
HAVING COUNT(*) > 0
ORDER BY files
