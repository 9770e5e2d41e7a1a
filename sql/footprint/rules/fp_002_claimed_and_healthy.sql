/*---
id = "FP-002"
title = "Areas that a footprint claims and that were healthy"
severity = "low"

why = "A claim that is wider than the fault hides where it was."
false_positives = ["The fault struck other services of the area, and emergency calls passed."]
grain = ["footprint_no", "area"]
requires = ["[[footprint]]"]

[columns]
footprint_no = "INTEGER"
outage_id = "VARCHAR"
area = "VARCHAR"
status = { type = "VARCHAR", is = "healthy" }
failed = { type = "BIGINT", is = "of the last attempts of the callers in the outage, those that failed", unit = "attempts" }
total = { type = "BIGINT", is = "last attempts of the callers in the outage, failed or delivered", unit = "attempts" }
complaints = { type = "BIGINT", is = "complaints received in the outage" }
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
SELECT s.footprint_no, c.outage_id, s.area, s.status, s.failed, s.total, s.complaints, s.first_failed_at_utc, s.last_failed_at_utc
FROM area_status AS s
INNER JOIN footprint_claim AS c ON s.footprint_no = c.footprint_no
WHERE s.verdict = 'claimed_only'
ORDER BY s.footprint_no, s.area
