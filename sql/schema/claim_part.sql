/*---
title = "Published figures that a published figure is said to be the sum of"
[columns]
claim_id = { is = "the sum", privacy = "public", as = "id", joins = "claim.claim_id" }
part_id = { is = "the part", privacy = "public", as = "id", joins = "claim.claim_id" }
sign = { is = "1 where it is added, -1 where it is taken away", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS claim_part (
    claim_id VARCHAR,
    part_id VARCHAR,
    sign INTEGER
);
