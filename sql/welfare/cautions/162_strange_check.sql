/*---
title = "Most welfare checks are on persons of whom no call is in the logs"
sentence = "{strange} of {checks} welfare checks are on persons of whom no attempt is in the logs. Perhaps another column holds the caller's number (columns, calling_number), or a carrier's log is missing: then callers who were checked on count as missing."
grain = ["strange"]

[columns]
strange = "BIGINT"
checks = "BIGINT"
---*/
SELECT
    COUNT(CASE WHEN bucket = 'unmatched' THEN record_id END) AS strange,
    COUNT(*) AS checks
FROM welfare_check
WHERE bucket <> 'duplicate_record' AND EXISTS (SELECT 1 FROM attempt)
HAVING COUNT(*) > 2 AND 2 * COUNT(CASE WHEN bucket = 'unmatched' THEN record_id END) > COUNT(*)
ORDER BY strange
