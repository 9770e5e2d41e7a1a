/*---
id = "PF-004"
title = "A figure that is said to take the place of a later one"
severity = "low"
why = "What was said first cannot replace what was said after it: the dates, or the order, are wrong. Dates are compared as far as both are given, also of two figures between which there are others."
false_positives = ["A figure was counted early and published late."]
grain = ["claim_id", "other_id"]
requires = ["[[claim]]"]

[columns]
claim_id = { type = "VARCHAR", is = "the figure that replaces", privacy = "public", as = "id", joins = "claim.claim_id" }
said_on = { type = "VARCHAR", is = "when it was said", privacy = "public", as = "id" }
other_id = { type = "VARCHAR", is = "the figure that is replaced", privacy = "public", as = "id", joins = "claim.claim_id" }
other_said_on = { type = "VARCHAR", is = "when that was said", privacy = "public", as = "id" }
---*/
SELECT c.claim_id, c.said_on, o.claim_id AS other_id, o.said_on AS other_said_on
FROM claim_tie AS r
INNER JOIN claim AS c ON r.claim_id = c.claim_id
INNER JOIN claim AS o ON r.other_id = o.claim_id
WHERE
    r.tie = 'supersedes'
    AND LEFT(c.said_on, LEAST(LENGTH(c.said_on), LENGTH(o.said_on))) < LEFT(o.said_on, LEAST(LENGTH(c.said_on), LENGTH(o.said_on)))
ORDER BY claim_id, other_id
