/*---
id = "attribution_group"
title = "The four groups of each attribution with their states"
why = "Failing: the failed share exceeds the baseline's by the limit or more, and the adjusted test says that it is no chance. Healthy: even the upper bound of the share lies below baseline and limit. Unclear: neither. Absent: no calls, or no baseline (contract 5.3)."
grain = ["declared_no", "call_group"]

[params.attribution_excess_permille]
type = "integer"
unit = "per 1,000"
default = 100
min = 1
max = 1000
why = "By how much the failed share must exceed that of ordinary service before a group is failing; as much is enough."

[params.attribution_p_permille]
type = "integer"
unit = "per 1,000"
default = 10
min = 1
why = "The adjusted test must give this or less: 10 is one in a hundred."

[columns]
declared_no = "INTEGER"
call_group = "VARCHAR"
failed = "BIGINT"
total = "BIGINT"
baseline_failed = "BIGINT"
baseline_total = "BIGINT"
state = { type = "VARCHAR", is = "failing, healthy, unclear or absent" }
p = { type = "DOUBLE", is = "one-sided Fisher test against the baseline", privacy = "public" }
p_adjusted = { type = "DOUBLE", is = "the same after Holm, over the groups that are there", privacy = "public" }
---*/
-- products of two counts may be longer than a whole number of 64 bits
WITH measured AS (
    SELECT
        *,
        CAST(1000 * failed AS DECIMAL(20, 0)) * CAST(baseline_total AS DECIMAL(18, 0)) AS share,
        CAST(1000 * baseline_failed + $attribution_excess_permille * baseline_total AS DECIMAL(20, 0))
        * CAST(total AS DECIMAL(18, 0)) AS limit_share
    FROM attribution_count
)

SELECT
    declared_no, call_group, failed, total, baseline_failed, baseline_total,
    CASE
        WHEN total = 0 OR baseline_total = 0 THEN 'absent'
        WHEN share >= limit_share AND p_adjusted * 1000 <= $attribution_p_permille THEN 'failing'
        WHEN
            upper_bound * 1000 * baseline_total < 1000 * baseline_failed + $attribution_excess_permille * baseline_total
            THEN 'healthy'
        ELSE 'unclear'
    END AS state,
    p,
    p_adjusted
FROM measured
ORDER BY declared_no, call_group
