/*---
id = "area_status"
title = "Each area of a footprint: what was observed, and whether that agrees with the claim"
why = "Failing, healthy, reported by complaints alone, unobserved, or nothing can be said. Healthy is not a failing that was not found: the test would have found the excess with a power of 0.8 (contract 5.4)."
grain = ["footprint_no", "area"]

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
is_claimed = "BOOLEAN"
status = { type = "VARCHAR", is = "failing, healthy, cannot_tell, reported or unobserved" }
verdict = { type = "VARCHAR", is = "claimed_and_failing, claimed_only, failing_not_claimed, reported_not_claimed, healthy_not_claimed or cannot_tell", privacy = "public" }
failed = { type = "BIGINT", is = "of the last attempts of the callers in the outage, those that failed", unit = "attempts" }
total = { type = "BIGINT", is = "last attempts of the callers in the outage, failed or delivered", unit = "attempts" }
baseline_failed = { type = "BIGINT", is = "of the last attempts of the callers in the baseline, those that failed", unit = "attempts" }
baseline_total = { type = "BIGINT", is = "last attempts of the callers in the baseline, failed or delivered", unit = "attempts" }
complaints = "BIGINT"
p = { type = "DOUBLE", is = "p value; null where nothing could be tested", privacy = "public" }
q = { type = "DOUBLE", is = "p value after Benjamini and Hochberg, over the footprint", privacy = "public" }
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH observed AS (
    SELECT
        t.footprint_no, t.area, t.is_claimed, t.failed, t.total, t.baseline_failed, t.baseline_total, t.complaints, f.p, f.q,
        t.first_failed_at_utc, t.last_failed_at_utc,
        CASE
            WHEN t.total > 0 AND t.is_excessive AND COALESCE(f.q * 20 <= 1, FALSE) THEN 'failing'
            WHEN t.total > 0 AND COALESCE(t.power * 5 >= 4, FALSE) THEN 'healthy'
            WHEN t.total > 0 THEN 'cannot_tell'
            WHEN COALESCE(f.q * 20 <= 1, FALSE) THEN 'reported'
            ELSE 'unobserved'
        END AS status
    FROM area_test AS t
    INNER JOIN area_family AS f ON t.footprint_no = f.footprint_no AND t.area = f.area
)

SELECT
    footprint_no, area, is_claimed, status,
    CASE
        WHEN is_claimed AND status = 'failing' THEN 'claimed_and_failing'
        WHEN is_claimed AND status = 'healthy' THEN 'claimed_only'
        WHEN NOT is_claimed AND status = 'failing' THEN 'failing_not_claimed'
        WHEN NOT is_claimed AND status = 'reported' THEN 'reported_not_claimed'
        WHEN NOT is_claimed AND status = 'healthy' THEN 'healthy_not_claimed'
        ELSE 'cannot_tell'
    END AS verdict,
    failed, total, baseline_failed, baseline_total, complaints, p, q, first_failed_at_utc, last_failed_at_utc
FROM observed
ORDER BY footprint_no, area
