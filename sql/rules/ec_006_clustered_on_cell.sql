/*---
id = "EC-006"
title = "Failures cluster on one cell"
severity = "medium"
clause = "carriage"
why = "A cell that fails emergency calls while its neighbours carry them points at one site, for example one that should have gone off the air."
false_positives = ["One caller who dialled many times from one cell."]
grain = ["cell_id"]

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
cell_id = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH tally AS (
    SELECT
        cell_id,
        COUNT(*) AS attempts,
        COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts,
        MIN(CASE WHEN state = 'failed' THEN started_at_utc END) AS first_failed_at_utc,
        MAX(CASE WHEN state = 'failed' THEN started_at_utc END) AS last_failed_at_utc
    FROM attempt
    WHERE state IN ('delivered', 'undetermined', 'failed') AND cell_id IS NOT NULL
    GROUP BY cell_id
),

compared AS (
    SELECT
        t.*,
        (SELECT CAST(SUM(o.attempts) AS BIGINT) FROM tally AS o) - t.attempts AS attempts_elsewhere,
        (SELECT CAST(SUM(o.failed_attempts) AS BIGINT) FROM tally AS o) - t.failed_attempts AS failed_elsewhere
    FROM tally AS t
)

SELECT
    c.cell_id,
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
ORDER BY c.cell_id
