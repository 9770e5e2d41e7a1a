/*---
id = "claim_tie"
title = "What published figures are said to be to each other, over chains: the third figure takes the place of the first by way of the second"
why = "What corrects a correction replaces what that one replaced, and a part of a part is a part. An overlap goes no further: two that overlap a third may have nothing in common. Each round looks twice as far, and a circle ends, because no pair is added twice."
grain = ["claim_id", "other_id", "tie"]
repeat_until_empty = true

[columns]
claim_id = { type = "VARCHAR", is = "the figure", privacy = "public", as = "id", joins = "claim.claim_id" }
other_id = { type = "VARCHAR", is = "the other one", privacy = "public", as = "id", joins = "claim.claim_id" }
tie = { type = "VARCHAR", is = "supersedes: it took the place of the other; part: the other is a part of it; overlaps: both count some of the same calls", privacy = "public" }
---*/
WITH known_tie AS (
    SELECT claim_id, other_id, relation AS tie FROM claim_relation
    UNION
    SELECT claim_id, part_id AS other_id, 'part' AS tie FROM claim_part
    UNION
    SELECT claim_id, other_id, tie FROM claim_tie
),

longer_tie AS (
    SELECT claim_id, other_id, tie FROM known_tie
    UNION
    SELECT t.claim_id, n.other_id, t.tie
    FROM known_tie AS t
    INNER JOIN known_tie AS n ON t.other_id = n.claim_id AND t.tie = n.tie
    WHERE t.tie <> 'overlaps'
)

SELECT l.claim_id, l.other_id, l.tie
FROM longer_tie AS l
WHERE
    l.claim_id <> l.other_id
    AND NOT EXISTS (SELECT 1 FROM claim_tie AS t WHERE t.claim_id = l.claim_id AND t.other_id = l.other_id AND t.tie = l.tie)
ORDER BY l.claim_id, l.other_id, l.tie
