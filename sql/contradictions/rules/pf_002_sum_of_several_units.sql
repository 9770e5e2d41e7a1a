/*---
id = "PF-002"
title = "A published sum of figures in different units"
severity = "medium"
why = "Calls, callers and customers are not added: 229 calls and 2,468 customers are no 2,697 of either."
false_positives = ["The publisher uses two words for one unit."]
grain = ["claim_id", "part_id"]
requires = ["[[claim]]"]

[columns]
claim_id = { type = "VARCHAR", is = "the sum", privacy = "public", as = "id", joins = "claim.claim_id" }
unit = "VARCHAR"
part_id = { type = "VARCHAR", is = "the part", privacy = "public", as = "id", joins = "claim.claim_id" }
part_unit = { type = "VARCHAR", is = "its unit", privacy = "public" }
---*/
SELECT c.claim_id, c.unit, p.part_id, o.unit AS part_unit
FROM claim_part AS p
INNER JOIN claim AS c ON p.claim_id = c.claim_id
INNER JOIN claim AS o ON p.part_id = o.claim_id
WHERE c.unit <> o.unit
ORDER BY claim_id, part_id
