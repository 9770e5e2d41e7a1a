/*---
id = "volume_by_month"
title = "Emergency attempts by month and number, with those answered and those that failed"
why = "A monthly table is what the French rule asks for; answered over attempts is the answer-seizure ratio of E.425, printed as its two counts. Months are those of the case's zone. Anything else dialled, a service URN for one, is other."
grain = ["month", "dialled_number"]

[columns]
month = { type = "VARCHAR", is = "month of the case's zone", privacy = "public" }
dialled_number = { type = "VARCHAR", is = "the emergency number, else other", privacy = "public", as = "code" }
attempts = "BIGINT"
delivered_attempts = "BIGINT"
answered_attempts = { type = "BIGINT", is = "attempts that the centre answered", privacy = "public", unit = "attempts" }
failed_attempts = "BIGINT"
---*/
WITH dated_attempt AS (
    SELECT
        LEFT(CAST(later_by_s(a.started_at_utc, z.offset_ms // 1000) AS VARCHAR), 7) AS month,
        COALESCE(n.number, 'other') AS dialled_number,
        a.state,
        a.is_answered
    FROM attempt AS a
    INNER JOIN zone_offset AS z ON a.started_at_utc >= z.from_utc AND a.started_at_utc < z.to_utc
    LEFT JOIN emergency_number AS n ON a.dialled = n.number
    WHERE NOT a.is_test
)

SELECT
    month,
    dialled_number,
    COUNT(*) AS attempts,
    COUNT(CASE WHEN state = 'delivered' THEN 1 END) AS delivered_attempts,
    COUNT(CASE WHEN is_answered THEN 1 END) AS answered_attempts,
    COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts
FROM dated_attempt
GROUP BY month, dialled_number
ORDER BY month, dialled_number
