/*---
id = "claim_range"
title = "The least and the greatest count that each published figure agrees with, by its qualifier"
why = "About 14,200 was rounded to 100, one unit of its last digit that is not zero. A count beyond what the database holds is cut to that."
grain = ["claim_id"]

[columns]
claim_id = { type = "VARCHAR", is = "the figure", privacy = "public", as = "id", joins = "claim.claim_id" }
least_count = { type = "BIGINT", is = "the least count that it agrees with", privacy = "public", unit = "the unit it names" }
greatest_count = { type = "BIGINT", is = "the greatest count that it agrees with; null if there is none", privacy = "public", unit = "the unit it names" }
---*/
WITH stepped_claim AS (
    SELECT
        claim_id, figure, qualifier,
        CASE
            WHEN figure = 0 THEN 1
            ELSE CAST('1' || SUBSTRING(CAST(figure AS VARCHAR), LENGTH(RTRIM(CAST(figure AS VARCHAR), '0')) + 1) AS BIGINT)
        END AS step
    FROM claim
    WHERE figure IS NOT NULL
),

read_claim AS (
    SELECT
        s.claim_id, s.figure, q.least_shift, q.greatest_shift, q.is_both_ways,
        CASE
            WHEN q.step_divisor IS NULL THEN 0
            ELSE LEAST(s.step // q.step_divisor, GREATEST(q.least_margin, s.figure // q.figure_divisor))
        END AS margin
    FROM stepped_claim AS s
    INNER JOIN claim_qualifier AS q ON s.qualifier = q.qualifier
)

SELECT
    claim_id,
    CAST(
        CASE
            WHEN least_shift IS NULL THEN 0
            ELSE figure + LEAST(least_shift - margin, 9223372036854775807 - figure)
        END AS BIGINT
    ) AS least_count,
    CAST(
        CASE
            WHEN greatest_shift IS NULL THEN NULL
            ELSE figure + LEAST(greatest_shift + CASE WHEN is_both_ways THEN margin ELSE 0 END, 9223372036854775807 - figure)
        END AS BIGINT
    ) AS greatest_count
FROM read_claim
ORDER BY claim_id
