/*---
id = "EC-008"
title = "Failures cluster on one access"
severity = "medium"
clause = "carriage"
why = "Failures on one access, such as voice over LTE alone, point at a path that the other accesses do not use."
false_positives = ["An outage of that access alone, already declared."]
grain = ["access"]

[params.cluster_min_failed]
type = "integer"
unit = "attempts"
default = 5
min = 1
why = "Fewer failures than this are no cluster."

[params.cluster_times]
type = "integer"
unit = "times"
default = 3
min = 1
why = "How many times likelier than elsewhere an attempt must fail there."

[columns]
access = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH tally AS (
    SELECT
        access,
        COUNT(*) AS attempts,
        COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts,
        MIN(CASE WHEN state = 'failed' THEN started_at_utc END) AS first_failed_at_utc,
        MAX(CASE WHEN state = 'failed' THEN started_at_utc END) AS last_failed_at_utc
    FROM attempt
    WHERE state IN ('delivered', 'undetermined', 'failed') AND access IS NOT NULL
    GROUP BY access
),

compared AS (
    SELECT
        t.*,
        (SELECT CAST(SUM(o.attempts) AS BIGINT) FROM tally AS o) - t.attempts AS attempts_elsewhere,
        (SELECT CAST(SUM(o.failed_attempts) AS BIGINT) FROM tally AS o) - t.failed_attempts AS failed_elsewhere
    FROM tally AS t
)

SELECT
    c.access,
    c.attempts,
    c.failed_attempts,
    c.attempts_elsewhere,
    c.failed_elsewhere,
    c.first_failed_at_utc,
    c.last_failed_at_utc
FROM compared AS c
WHERE
    c.failed_attempts >= $cluster_min_failed
    AND c.attempts_elsewhere > 0
    AND c.failed_attempts * c.attempts_elsewhere >= $cluster_times * c.failed_elsewhere * c.attempts
ORDER BY c.access
