/*---
id = "DQ-015"
title = "One check id, two different checks"
severity = "medium"
why = "Records with this check id differ in person, time, method, outcome or operator, or identify no person. Each may be a check of its own, so all are kept and counted. The other explanation is that the log was changed."
false_positives = ["The log writes a new line for each change of a check's status."]
grain = ["check_id", "record_id"]
requires = ["welfare"]

[columns]
check_id = "VARCHAR"
record_id = "VARCHAR"
caller_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
method = "VARCHAR"
outcome = "VARCHAR"
---*/
WITH counted_check AS (
    SELECT record_id FROM welfare_check WHERE bucket <> 'duplicate_record'
),

repeated_id AS (
    SELECT w.check_id
    FROM welfare_record AS w
    INNER JOIN counted_check AS k ON w.record_id = k.record_id
    WHERE w.check_id IS NOT NULL
    GROUP BY w.check_id
    HAVING COUNT(*) > 1
)

SELECT w.check_id, w.record_id, p.caller_id, w.attempted_at_utc, w.method, w.outcome
FROM welfare_record AS w
INNER JOIN counted_check AS k ON w.record_id = k.record_id
INNER JOIN repeated_id AS t ON w.check_id = t.check_id
INNER JOIN party AS p ON w.record_id = p.record_id
ORDER BY w.check_id, w.record_id
