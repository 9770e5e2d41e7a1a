/*---
id = "PF-001"
title = "A published sum that its published parts do not give"
severity = "medium"
why = "A sum and its parts come from one publisher's table: where they part, one of them is of something else. Sum and parts are each read by what they are said to be: at least 10 and 5 are no 12, and about 100 is 80 to 120. The whole of parts that count some of the same may be less than their sum. Parts in another unit are never added: see PF-002."
false_positives = ["The parts were rounded, and are not said to be.", "A figure that is no round one was said to be about so many: it is read as it is written."]
grain = ["claim_id"]
requires = ["[[claim]]"]

[columns]
claim_id = { type = "VARCHAR", is = "the sum", privacy = "public", as = "id", joins = "claim.claim_id" }
figure = { type = "BIGINT", is = "the sum, as published", privacy = "public", unit = "the unit it names" }
parts_figure = { type = "BIGINT", is = "what its parts give, as their figures are written", privacy = "public", unit = "the unit they name" }
parts = { type = "BIGINT", is = "parts", privacy = "public", unit = "figures" }
---*/
WITH read_part AS (
    SELECT
        p.claim_id, p.sign * c.figure AS figure,
        CASE WHEN p.sign > 0 THEN r.least_count ELSE -r.greatest_count END AS least_count,
        CASE WHEN p.sign > 0 THEN r.greatest_count ELSE -r.least_count END AS greatest_count,
        CASE WHEN r.claim_id IS NOT NULL AND COALESCE(c.unit, '') = COALESCE(s.unit, '') THEN 1 END AS is_readable
    FROM claim_part AS p
    INNER JOIN claim AS c ON p.part_id = c.claim_id
    INNER JOIN claim AS s ON p.claim_id = s.claim_id
    LEFT JOIN claim_range AS r ON p.part_id = r.claim_id
),

-- of parts that count some of the same, the whole may be less than their sum
overlapping_sum AS (
    SELECT DISTINCT p.claim_id
    FROM claim_part AS p
    INNER JOIN claim_part AS q ON p.claim_id = q.claim_id
    INNER JOIN claim_tie AS t ON p.part_id = t.claim_id AND q.part_id = t.other_id
    WHERE t.tie = 'overlaps' AND p.sign > 0 AND q.sign > 0
),

-- a sum of which one part has no least or no greatest count has none
added AS (
    SELECT
        claim_id,
        CAST(SUM(figure) AS BIGINT) AS parts_figure,
        COUNT(*) AS parts,
        COUNT(is_readable) AS readable_parts,
        CASE WHEN COUNT(least_count) = COUNT(*) THEN SUM(least_count) END AS least_count,
        CASE WHEN COUNT(greatest_count) = COUNT(*) THEN SUM(greatest_count) END AS greatest_count
    FROM read_part
    GROUP BY claim_id
)

SELECT c.claim_id, c.figure, a.parts_figure, a.parts
FROM claim AS c
INNER JOIN added AS a ON c.claim_id = a.claim_id
INNER JOIN claim_range AS r ON c.claim_id = r.claim_id
WHERE
    a.parts = a.readable_parts
    AND (
        r.least_count > a.greatest_count
        OR (r.greatest_count < a.least_count AND NOT EXISTS (SELECT 1 FROM overlapping_sum AS o WHERE o.claim_id = c.claim_id))
    )
ORDER BY c.claim_id
