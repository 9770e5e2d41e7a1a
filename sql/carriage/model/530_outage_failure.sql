/*---
id = "outage_failure"
title = "Failed attempts inside a significant outage, on one of its networks or by a subscriber of one"
why = "For these attempts a welfare check is due (contract 3.11)."
grain = ["attempt_id"]
passing = true

[columns]
attempt_id = "VARCHAR"
outage_id = "VARCHAR"
---*/
SELECT o.attempt_id, o.outage_id
FROM outage_attempt AS o
INNER JOIN attempt_state AS s ON o.attempt_id = s.attempt_id AND s.state = 'failed'
ORDER BY o.attempt_id
