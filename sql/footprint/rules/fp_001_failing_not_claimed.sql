/*---
id = "FP-001"
title = "Areas that failed, or that customers reported, and that no footprint of the outage claims"
severity = "high"
clause = "outage_notice"
why = "Whoever lives there was not warned, and is counted nowhere."
false_positives = ["A fault of another cause struck the area at the same time."]
grain = ["outage_id", "area"]
requires = ["[[footprint]]"]

[columns]
outage_id = "VARCHAR"
area = "VARCHAR"
status = { type = "VARCHAR", is = "failing, or reported by complaints alone" }
failed = { type = "BIGINT", is = "of the last attempts of the callers in the outage, those that failed", unit = "attempts" }
total = { type = "BIGINT", is = "last attempts of the callers in the outage, failed or delivered", unit = "attempts" }
complaints = { type = "BIGINT", is = "complaints received in the outage" }
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH found AS (
    SELECT
        c.outage_id, s.area, s.status, s.failed, s.total, s.complaints, s.first_failed_at_utc, s.last_failed_at_utc,
        ROW_NUMBER() OVER (PARTITION BY c.outage_id, s.area ORDER BY s.footprint_no) AS place
    FROM area_status AS s
    INNER JOIN footprint_claim AS c ON s.footprint_no = c.footprint_no
    WHERE
        s.verdict IN ('failing_not_claimed', 'reported_not_claimed')
        AND NOT EXISTS (
            SELECT 1 FROM footprint AS o
            INNER JOIN footprint_area AS a ON o.declared_no = a.declared_no
            WHERE o.outage_id = c.outage_id AND a.area = s.area
        )
)

SELECT outage_id, area, status, failed, total, complaints, first_failed_at_utc, last_failed_at_utc
FROM found
WHERE place = 1
ORDER BY outage_id, area
