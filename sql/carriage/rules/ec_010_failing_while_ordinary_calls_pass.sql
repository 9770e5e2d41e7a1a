/*---
id = "EC-010"
title = "Emergency calls fail while ordinary calls pass"
severity = "critical"
clause = "emergency_only_outage"
why = "An outage of emergency calls alone raises no alarm on ordinary traffic. In these hours most emergency attempts of a network failed, while its ordinary calls were answered as usual."
false_positives = ["The hour has very few emergency attempts.", "The ordinary calls in the log belong to another service than the emergency calls."]
grain = ["network", "hour_utc"]
requires = ["attempts"]

[params.alone_min_failed]
type = "integer"
unit = "attempts"
default = 3
min = 1
why = "Fewer failures in the hour prove nothing."

[params.alone_failed_percent]
type = "integer"
unit = "percent"
default = 50
min = 1
why = "Share of the hour's emergency attempts that must have failed."

[params.ordinary_min_records]
type = "integer"
unit = "records"
default = 100
min = 1
why = "With fewer ordinary calls in the hour no comparison is possible."

[params.ordinary_pass_percent]
type = "integer"
unit = "percent"
default = 80
min = 1
why = "The answer ratio of ordinary calls in the hour must be at least this share of the network's usual ratio."

[columns]
network = "VARCHAR"
hour_utc = "TIMESTAMP"
attempts = "BIGINT"
failed_attempts = "BIGINT"
ordinary_records = { type = "BIGINT", is = "ordinary calls in that hour", privacy = "public", unit = "records" }
ordinary_answered = { type = "BIGINT", is = "ordinary calls answered in that hour", privacy = "public", unit = "records" }
---*/
WITH emergency_hour AS (
    SELECT
        COALESCE(network, '') AS network,
        DATE_TRUNC('hour', started_at_utc) AS hour_utc,
        COUNT(*) AS attempts,
        COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts
    FROM attempt
    WHERE state IN ('delivered', 'undetermined', 'failed')
    GROUP BY COALESCE(network, ''), DATE_TRUNC('hour', started_at_utc)
),

ordinary_hour AS (
    SELECT
        COALESCE(network, '') AS network,
        hour_utc,
        CAST(SUM(records) AS BIGINT) AS ordinary_records,
        CAST(SUM(CASE WHEN is_answered THEN records ELSE 0 END) AS BIGINT) AS ordinary_answered
    FROM volume
    WHERE NOT is_emergency AND hour_utc IS NOT NULL
    GROUP BY COALESCE(network, ''), hour_utc
),

usual_answers AS (
    SELECT network, CAST(SUM(ordinary_records) AS BIGINT) AS all_records, CAST(SUM(ordinary_answered) AS BIGINT) AS all_answered
    FROM ordinary_hour
    GROUP BY network
)

SELECT e.network, e.hour_utc, e.attempts, e.failed_attempts, o.ordinary_records, o.ordinary_answered
FROM emergency_hour AS e
INNER JOIN ordinary_hour AS o ON e.network = o.network AND e.hour_utc = o.hour_utc
INNER JOIN usual_answers AS u ON e.network = u.network
WHERE
    e.failed_attempts >= $alone_min_failed
    AND e.failed_attempts * 100 >= $alone_failed_percent * e.attempts
    AND o.ordinary_records >= $ordinary_min_records
    AND o.ordinary_answered > 0
    AND o.ordinary_answered * u.all_records * 100 >= $ordinary_pass_percent * u.all_answered * o.ordinary_records
ORDER BY e.network, e.hour_utc
