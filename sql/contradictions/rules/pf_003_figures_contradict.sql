/*---
id = "PF-003"
title = "Two published figures of one thing that cannot both be right"
severity = "medium"
why = "Both are of one measure in one unit and under one definition (networks, areas, hours, switches), neither is said to take the place of the other or to count only some of the same calls, be it by way of other figures, and no count agrees with both, as about, nearly, at least, more than and up to are read."
false_positives = ["The two have different scopes that the case does not declare."]
grain = ["claim_id", "other_id"]
requires = ["[[claim]]"]

[columns]
claim_id = { type = "VARCHAR", is = "the figure that is read as less", privacy = "public", as = "id", joins = "claim.claim_id" }
figure = { type = "BIGINT", is = "as published", privacy = "public", unit = "the unit it names" }
other_id = { type = "VARCHAR", is = "the figure that is read as more", privacy = "public", as = "id", joins = "claim.claim_id" }
other_figure = { type = "BIGINT", is = "as published", privacy = "public", unit = "the unit it names" }
unit = "VARCHAR"
measure = { type = "VARCHAR", is = "measure that both are said to be a count of", privacy = "public", as = "id" }
---*/
SELECT a.claim_id, a.figure, b.claim_id AS other_id, b.figure AS other_figure, a.unit, a.measure
FROM claim AS a
INNER JOIN claim AS b ON a.measure = b.measure AND a.unit = b.unit
INNER JOIN claim_range AS l ON a.claim_id = l.claim_id
INNER JOIN claim_range AS h ON b.claim_id = h.claim_id
WHERE
    COALESCE(a.settings, '') = COALESCE(b.settings, '')
    AND l.greatest_count < h.least_count
    AND NOT EXISTS (
        SELECT 1 FROM claim_tie AS t
        WHERE (t.claim_id = a.claim_id AND t.other_id = b.claim_id) OR (t.claim_id = b.claim_id AND t.other_id = a.claim_id)
    )
ORDER BY claim_id, other_id
