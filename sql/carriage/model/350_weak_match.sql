/*---
id = "weak_match"
title = "One-to-one weak matches, nearest first"
why = "A record without a party goes to the nearest attempt; of attempts that are equally near, to the earliest, and of records the earliest is taken. That attempt is then undetermined, not delivered (contract 3.7, 3.8)."
grain = ["attempt_id"]
solve = "nearest"

[columns]
log = "VARCHAR"
network = "VARCHAR"
lane = { type = "VARCHAR", is = "the route, or which side lacks one" }
attempt_id = "VARCHAR"
record_id = "VARCHAR"
member_no = "BIGINT"
place_ms = "BIGINT"
before_ms = "BIGINT"
after_ms = "BIGINT"
residual_ms = "BIGINT"
---*/
-- Attempts and centre records go in; attempts with the record that was chosen for them come out.
SELECT
    log, network, route AS lane,
    CASE WHEN kind = 'attempt' THEN member_id END AS attempt_id,
    CASE WHEN kind = 'record' THEN member_id END AS record_id,
    member_no, place_ms, before_ms, after_ms,
    CAST(NULL AS BIGINT) AS residual_ms
FROM weak_lane
ORDER BY log, network, route, kind, member_no
