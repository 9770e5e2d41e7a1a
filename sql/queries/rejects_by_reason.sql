/*---
title = "Records that could not be loaded, by file, column and reason"
why = "A rejected record may be a call that failed. It is in no count."

[columns]
path = "VARCHAR"
role = "VARCHAR"
reason = "VARCHAR"
column_name = "VARCHAR"
rejected = "BIGINT"
first_record_no = { type = "BIGINT", is = "first record of this kind", privacy = "public" }
---*/
SELECT f.path, f.role, r.reason, r.column_name, COUNT(*) AS rejected, MIN(r.record_no) AS first_record_no
FROM reject AS r
INNER JOIN file AS f ON r.file_no = f.file_no
GROUP BY ALL
ORDER BY rejected DESC, f.path ASC, r.reason ASC, r.column_name ASC
