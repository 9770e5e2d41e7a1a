/*---
title = "Published figures that took the place of another, or count some of the same calls"
[columns]
claim_id = { is = "the figure", privacy = "public", as = "id", joins = "claim.claim_id" }
other_id = { is = "the other one", privacy = "public", as = "id", joins = "claim.claim_id" }
relation = { is = "supersedes or overlaps", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS claim_relation (
    claim_id VARCHAR,
    other_id VARCHAR,
    relation VARCHAR
);
