/*---
id = "set_member"
title = "The members of each set of sources or exclusions that occurs"
why = "A definition that leaves out sources or exclusions checks each set, not each attempt."
grain = ["kind", "spelling", "member_no"]

[columns]
kind = "VARCHAR"
spelling = "VARCHAR"
member_no = "BIGINT"
---*/
WITH example_attempt AS (
    SELECT 'source' AS kind, source_set AS spelling, MIN(attempt_id) AS attempt_id FROM attempt_set GROUP BY source_set
    UNION ALL
    SELECT 'exclusion' AS kind, exclusion_set AS spelling, MIN(attempt_id) AS attempt_id FROM attempt_set GROUP BY exclusion_set
)

SELECT e.kind, e.spelling, m.source_no AS member_no
FROM example_attempt AS e
INNER JOIN attempt_source AS m ON e.attempt_id = m.attempt_id
WHERE e.kind = 'source'
UNION ALL
SELECT e.kind, e.spelling, x.exclusion_no AS member_no
FROM example_attempt AS e
INNER JOIN attempt_exclusion AS x ON e.attempt_id = x.attempt_id
WHERE e.kind = 'exclusion'
ORDER BY kind, spelling, member_no
