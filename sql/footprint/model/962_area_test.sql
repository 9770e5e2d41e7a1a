/*---
id = "area_test"
title = "Each area of a footprint, tested against its own baseline"
why = "From attempts by Fisher's exact test, else from complaints by the exact conditional test of two Poisson rates; both one-sided (contract 5.4). Nothing to compare with: no test. The power is that of the unadjusted Fisher test at 0.05 to find the baseline's share plus the excess."
grain = ["footprint_no", "area"]

[params.attribution_excess_permille]
type = "integer"
unit = "per 1,000"
default = 100
min = 1
max = 1000
why = "How far a failed share must exceed its baseline's to be called failing."

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
is_claimed = "BOOLEAN"
failed = { type = "BIGINT", is = "of the last attempts of the callers in the outage, those that failed", unit = "attempts" }
total = { type = "BIGINT", is = "last attempts of the callers in the outage, failed or delivered", unit = "attempts" }
baseline_failed = { type = "BIGINT", is = "of the last attempts of the callers in the baseline, those that failed", unit = "attempts" }
baseline_total = { type = "BIGINT", is = "last attempts of the callers in the baseline, failed or delivered", unit = "attempts" }
complaints = "BIGINT"
is_excessive = { type = "BOOLEAN", is = "the failed share exceeds the baseline's by the excess or more", privacy = "public" }
complaints_tested = { type = "BIGINT", is = "complaints received in the outage, where they are what is tested", privacy = "public", unit = "complaints" }
baseline_complaints = { type = "BIGINT", is = "complaints received outside every outage, where they are what is compared with", privacy = "public", unit = "complaints" }
window_ms = { type = "BIGINT", is = "length of the outage", privacy = "public" }
baseline_ms = { type = "BIGINT", is = "whole hours with complaints taken and no outage", privacy = "public" }
excess_permille = { type = "BIGINT", is = "the excess that counts", privacy = "public" }
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
attempts_p = { type = "DOUBLE", is = "p value of the attempts, by Fisher's exact test", privacy = "public" }
complaints_p = { type = "DOUBLE", is = "p value of the complaints, by the exact test of two Poisson rates", privacy = "public" }
power = { type = "DOUBLE", is = "power of Fisher's test at 0.05 to find the excess", privacy = "public" }

[[test]]
name = "fisher_greater"
of = ["failed", "total", "baseline_failed", "baseline_total"]
gives = "attempts_p"

[[test]]
name = "poisson_greater"
of = ["complaints_tested", "baseline_complaints", "window_ms", "baseline_ms"]
gives = "complaints_p"

[[test]]
name = "fisher_power"
of = ["total", "baseline_failed", "baseline_total", "excess_permille"]
at = 0.05
gives = "power"
---*/
SELECT
    l.footprint_no, l.area, l.is_claimed,
    COALESCE(a.failed, 0) AS failed,
    COALESCE(a.total, 0) AS total,
    COALESCE(a.baseline_failed, 0) AS baseline_failed,
    COALESCE(a.baseline_total, 0) AS baseline_total,
    CASE
        WHEN EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'complaints' AND r.is_evidence) THEN COALESCE(c.complaints, 0)
    END AS complaints,
    COALESCE(
        a.baseline_total > 0
        AND (a.failed * a.baseline_total - a.baseline_failed * a.total) * 1000
        >= $attribution_excess_permille * a.total * a.baseline_total,
        FALSE
    ) AS is_excessive,
    CASE WHEN COALESCE(a.total, 0) = 0 THEN c.complaints END AS complaints_tested,
    CASE WHEN COALESCE(a.total, 0) = 0 THEN c.baseline_complaints END AS baseline_complaints,
    s.window_ms,
    s.baseline_ms,
    CAST($attribution_excess_permille AS BIGINT) AS excess_permille,
    a.first_failed_at_utc,
    a.last_failed_at_utc
FROM listed_area AS l
INNER JOIN footprint AS f ON l.footprint_no = f.declared_no
LEFT JOIN area_attempts AS a ON l.footprint_no = a.footprint_no AND l.area = a.area
LEFT JOIN area_complaints AS c ON l.footprint_no = c.footprint_no AND l.area = c.area
LEFT JOIN complaint_span AS s ON f.outage_id = s.outage_id
ORDER BY l.footprint_no, l.area
