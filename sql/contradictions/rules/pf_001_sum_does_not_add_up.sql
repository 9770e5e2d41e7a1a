/*---
id = "PF-001"
title = "A published sum that its published parts do not give"
severity = "medium"
why = "A sum and its parts come from one publisher's table: where they part, one of them is of something else. A figure said to be a least or a most one is only held to its side; more than and nearly leave out the figure itself. Parts in another unit are never added: see PF-002."
false_positives = ["The parts were rounded, and are not said to be."]
grain = ["claim_id"]
requires = ["[[claim]]"]

[columns]
claim_id = { type = "VARCHAR", is = "the sum", privacy = "public", as = "id", joins = "claim.claim_id" }
figure = { type = "BIGINT", is = "the sum, as published", privacy = "public", unit = "the unit it names" }
parts_figure = { type = "BIGINT", is = "what its parts give", privacy = "public", unit = "the unit they name" }
parts = { type = "BIGINT", is = "parts", privacy = "public", unit = "figures" }
---*/
WITH added AS (
    SELECT
        p.claim_id,
        CAST(SUM(p.sign * c.figure) AS BIGINT) AS parts_figure,
        COUNT(*) AS parts,
        COUNT(CASE WHEN c.qualifier IN ('exact', 'derived') AND COALESCE(c.unit, '') = COALESCE(s.unit, '') THEN 1 END) AS exact_parts
    FROM claim_part AS p
    INNER JOIN claim AS c ON p.part_id = c.claim_id
    INNER JOIN claim AS s ON p.claim_id = s.claim_id
    GROUP BY p.claim_id
)

SELECT c.claim_id, c.figure, a.parts_figure, a.parts
FROM claim AS c
INNER JOIN added AS a ON c.claim_id = a.claim_id
WHERE
    a.parts = a.exact_parts
    AND (
        (c.qualifier IN ('exact', 'derived') AND c.figure <> a.parts_figure)
        OR (c.qualifier = 'at_least' AND c.figure > a.parts_figure)
        OR (c.qualifier = 'more_than' AND c.figure >= a.parts_figure)
        OR (c.qualifier = 'up_to' AND c.figure < a.parts_figure)
        OR (c.qualifier = 'nearly' AND c.figure <= a.parts_figure)
    )
ORDER BY c.claim_id
