/*---
id = "attribution_count"
title = "The four groups of each attribution: how many calls failed in the window, and in ordinary service"
why = "A and C in attempts, B and D in records of ordinary calls that nobody answered, in whole hours (contract 5.3). A log that shows no answer of any call shows nothing of B and D. Exact tests against each group's own baseline, adjusted for the groups that are there."
grain = ["declared_no", "call_group"]

[[test]]
name = "fisher_greater"
of = ["failed", "total", "baseline_failed", "baseline_total"]
gives = "p"
[[test]]
name = "holm"
of = ["p"]
within = ["declared_no"]
gives = "p_adjusted"
[[test]]
name = "clopper_pearson_upper"
of = ["failed", "total"]
gives = "upper_bound"
at = 0.99

[columns]
declared_no = "INTEGER"
call_group = "VARCHAR"
failed = "BIGINT"
total = "BIGINT"
baseline_failed = "BIGINT"
baseline_total = "BIGINT"
p = { type = "DOUBLE", is = "one-sided Fisher test: how likely so many failures would be at the baseline's share", privacy = "public" }
p_adjusted = { type = "DOUBLE", is = "the same after Holm, over the groups that are there", privacy = "public" }
upper_bound = { type = "DOUBLE", is = "upper bound of the failed share, one-sided, 99 % (Clopper-Pearson)", privacy = "public" }
---*/
WITH ordinary AS (
    SELECT
        f.declared_no,
        CASE WHEN v.network = f.network THEN 'B' ELSE 'D' END AS call_group,
        v.hour_utc >= f.starts_at_utc AND elapsed_ms(v.hour_utc, f.ends_at_utc) >= 3600000 AS is_in_window,
        CASE WHEN v.is_answered THEN 0 ELSE v.records END AS failed,
        v.records AS total,
        COALESCE(v.hour_utc >= f.baseline_from_utc, TRUE) AND COALESCE(elapsed_ms(v.hour_utc, f.baseline_to_utc) >= 3600000, TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM outage AS o
            WHERE
                elapsed_ms(v.hour_utc, o.starts_at_utc) < 3600000
                AND elapsed_ms(o.ends_at_utc, v.hour_utc) < o.recovery_tail_s * 1000
        )
        AND EXISTS (
            SELECT 1
            FROM attribution_hours AS h
            WHERE
                h.declared_no = f.declared_no
                AND h.is_whole
                AND (
                    (elapsed_ms(CAST('1970-01-01' AS TIMESTAMP), v.hour_utc) + z.offset_ms) // 3600000 % 24 - h.from_hour + 24
                ) % 24 <= h.more_hours
        ) AS is_baseline
    FROM volume AS v
    INNER JOIN zone_offset AS z ON v.hour_utc >= z.from_utc AND v.hour_utc < z.to_utc
    CROSS JOIN attribution_frame AS f
    WHERE NOT v.is_emergency AND v.network IS NOT NULL AND v.is_answered IS NOT NULL
),

counted AS (
    SELECT
        declared_no, call_group, period = 'window' AS is_in_window, period = 'baseline' AS is_baseline,
        CASE WHEN is_failure THEN 1 ELSE 0 END AS failed, 1 AS total
    FROM attribution_call
    UNION ALL
    SELECT declared_no, call_group, is_in_window, is_baseline AND NOT is_in_window AS is_baseline, failed, total
    FROM ordinary
)

SELECT
    f.declared_no,
    g.call_group,
    CAST(COALESCE(SUM(CASE WHEN c.is_in_window THEN c.failed END), 0) AS BIGINT) AS failed,
    CAST(COALESCE(SUM(CASE WHEN c.is_in_window THEN c.total END), 0) AS BIGINT) AS total,
    CAST(COALESCE(SUM(CASE WHEN c.is_baseline THEN c.failed END), 0) AS BIGINT) AS baseline_failed,
    CAST(COALESCE(SUM(CASE WHEN c.is_baseline THEN c.total END), 0) AS BIGINT) AS baseline_total
FROM attribution_frame AS f
CROSS JOIN call_group AS g
LEFT JOIN counted AS c ON f.declared_no = c.declared_no AND g.call_group = c.call_group
GROUP BY f.declared_no, g.call_group
ORDER BY f.declared_no, g.call_group
