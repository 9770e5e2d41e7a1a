/*---
id = "area_attempts"
title = "Attempts of each area in the outage and in its baseline: of a caller the last, and how many failed"
why = "A caller who tries ten times is one witness (contract 5.4)."
grain = ["footprint_no", "area"]

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
failed = { type = "BIGINT", is = "of the last attempts of the callers in the outage, those that failed", unit = "attempts" }
total = { type = "BIGINT", is = "last attempts of the callers in the outage, failed or delivered", unit = "attempts" }
baseline_failed = { type = "BIGINT", is = "of the last attempts of the callers in the baseline, those that failed", unit = "attempts" }
baseline_total = { type = "BIGINT", is = "last attempts of the callers in the baseline, failed or delivered", unit = "attempts" }
first_failed_at_utc = { type = "TIMESTAMP", is = "first failed attempt of the area in the outage" }
last_failed_at_utc = { type = "TIMESTAMP", is = "last failed attempt of the area in the outage" }
---*/
WITH ranked AS (
    SELECT
        footprint_no, area, is_in_outage, is_failed, started_at_utc,
        ROW_NUMBER() OVER (
            PARTITION BY footprint_no, area, is_in_outage, caller_id ORDER BY started_at_utc DESC, attempt_id DESC
        ) AS place
    FROM area_attempt
)

SELECT
    footprint_no,
    area,
    COUNT(CASE WHEN place = 1 AND is_in_outage AND is_failed THEN 1 END) AS failed,
    COUNT(CASE WHEN place = 1 AND is_in_outage THEN 1 END) AS total,
    COUNT(CASE WHEN place = 1 AND NOT is_in_outage AND is_failed THEN 1 END) AS baseline_failed,
    COUNT(CASE WHEN place = 1 AND NOT is_in_outage THEN 1 END) AS baseline_total,
    MIN(CASE WHEN is_in_outage AND is_failed THEN started_at_utc END) AS first_failed_at_utc,
    MAX(CASE WHEN is_in_outage AND is_failed THEN started_at_utc END) AS last_failed_at_utc
FROM ranked
GROUP BY footprint_no, area
ORDER BY footprint_no, area
