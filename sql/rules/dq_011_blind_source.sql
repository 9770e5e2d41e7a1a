/*---
id = "DQ-011"
title = "Attempts file without a single unanswered record"
severity = "high"
clause = "records"
why = "Calls that are not answered are a share of any real traffic. A log without one was filtered, or its writer keeps answered calls only, and cannot show a failure."
false_positives = ["A very small file."]
grain = ["file_no"]
requires = ["attempts"]

[columns]
file_no = "INTEGER"
path = "VARCHAR"
records = "BIGINT"
---*/
SELECT file_no, path, rejected + not_emergency + loaded AS records
FROM file
WHERE is_blind AND status = 'loaded'
ORDER BY file_no
