/*---
title = "Attempts that arrived and were refused there"
sentence = "{attempts} attempt(s) arrived and were refused there. They are delivered, not failed; `auditor attribute` asks whose fault it was."
in_answer = true
grain = ["attempts"]

[columns]
attempts = "BIGINT"
---*/
SELECT COUNT(*) AS attempts
FROM attempt_stage AS s
INNER JOIN attempt AS a ON s.attempt_id = a.attempt_id
WHERE s.is_failure AND a.state = 'delivered'
HAVING COUNT(*) > 0
ORDER BY attempts
