/*---
id = "DQ-012"
title = "Hours without records in a busy log"
severity = "high"
clause = "records"
why = "The log of an element holds no record for whole hours between its first and its last record, though it is busy at other times. Records were lost, or every call failed before it could be logged."
false_positives = ["The element was taken out of service on purpose."]
grain = ["network", "element", "from_utc"]
requires = ["attempts"]

[params.quiet_min_hours]
type = "integer"
unit = "hours"
default = 1
min = 1
why = "Fewer whole hours without a record are no finding."

[params.usual_min_records]
type = "integer"
unit = "records an hour"
default = 60
min = 1
why = "A log with fewer records in a usual hour may be silent by chance."

[columns]
network = "VARCHAR"
element = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
quiet_hours = { type = "BIGINT", is = "hours without a record", privacy = "public", unit = "hours" }
usual_records = { type = "BIGINT", is = "records of such an hour on other days", privacy = "public", unit = "records" }
---*/
WITH hour_count AS (
    SELECT
        COALESCE(network, '') AS network,
        COALESCE(element, '') AS element,
        hour_utc,
        CAST(SUM(records) AS BIGINT) AS records
    FROM volume
    WHERE hour_utc IS NOT NULL
    GROUP BY COALESCE(network, ''), COALESCE(element, ''), hour_utc
),

usual_count AS (
    SELECT network, element, CAST(SUM(records) AS BIGINT) // COUNT(*) AS usual_records
    FROM hour_count
    GROUP BY network, element
),

hour_with_next AS (
    SELECT
        network,
        element,
        hour_utc + INTERVAL '1' HOUR AS from_utc,
        LEAD(hour_utc) OVER (PARTITION BY network, element ORDER BY hour_utc) AS to_utc
    FROM hour_count
)

SELECT
    f.network,
    f.element,
    f.from_utc,
    f.to_utc,
    elapsed_ms(f.from_utc, f.to_utc) // 3600000 AS quiet_hours,
    u.usual_records
FROM hour_with_next AS f
INNER JOIN usual_count AS u ON f.network = u.network AND f.element = u.element
WHERE
    elapsed_ms(f.from_utc, f.to_utc) >= $quiet_min_hours * 3600000
    AND u.usual_records >= $usual_min_records
ORDER BY f.network, f.element, f.from_utc
