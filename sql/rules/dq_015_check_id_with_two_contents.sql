/*---
id = "DQ-015"
title = "One check id, two different checks"
severity = "medium"
why = "A check id that comes again counts once, by its earliest record. Here the records differ in person, time, method or outcome: one of them may be a check of its own, or the log was changed."
false_positives = ["A log that writes a new line for each change of a check's status."]
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
WITH told AS (
    SELECT w.check_id, w.record_id, p.caller_id, w.attempted_at_utc, w.method, w.outcome
    FROM welfare_record AS w
    INNER JOIN party AS p ON w.record_id = p.record_id
)

SELECT t.check_id, t.record_id, t.caller_id, t.attempted_at_utc, t.method, t.outcome
FROM told AS t
WHERE
    EXISTS (
        SELECT 1
        FROM told AS o
        WHERE
            o.check_id = t.check_id
            AND (
                o.caller_id IS DISTINCT FROM t.caller_id
                OR o.attempted_at_utc IS DISTINCT FROM t.attempted_at_utc
                OR o.method IS DISTINCT FROM t.method
                OR o.outcome IS DISTINCT FROM t.outcome
            )
    )
ORDER BY t.check_id, t.record_id
