/*---
id = "stage_tally"
title = "Failed attempts by how far they came"
why = "All six stages, where attempts are in evidence; they sum to the attempts that have one (contract 5.2)."
grain = ["stage"]

[columns]
stage = "VARCHAR"
attempts = { type = "BIGINT", is = "attempts that came so far" }
---*/
SELECT f.stage, COUNT(s.attempt_id) AS attempts
FROM failure_stage AS f
LEFT JOIN attempt_stage AS s ON f.stage = s.stage
WHERE EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'attempts' AND r.is_evidence)
GROUP BY f.stage
ORDER BY f.stage
