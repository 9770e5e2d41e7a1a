/*---
title = "Most welfare checks are dated before the failure"
sentence = "{early} of {checks} welfare checks on callers with one due are dated before the failure. Perhaps the clock or zone of their log is wrong: then callers who were checked on count as missing. Compare one with its call, and write timezone = \"...\" in the welfare log's [[source]] if its times have no zone."
grain = ["early"]

[columns]
early = "BIGINT"
checks = "BIGINT"
---*/
SELECT
    COUNT(CASE WHEN bucket = 'before_failure' THEN record_id END) AS early,
    COUNT(*) AS checks
FROM welfare_check
WHERE bucket IN ('used', 'before_failure')
HAVING COUNT(*) > 2 AND 2 * COUNT(CASE WHEN bucket = 'before_failure' THEN record_id END) > COUNT(*)
ORDER BY early
