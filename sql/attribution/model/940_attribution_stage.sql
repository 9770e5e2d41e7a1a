/*---
id = "attribution_stage"
title = "How far the failed attempts of the network in question came, in the window of each attribution"
grain = ["declared_no", "stage"]

[columns]
declared_no = "INTEGER"
stage = "VARCHAR"
attempts = { type = "BIGINT", is = "failed attempts of group A that came so far" }
---*/
SELECT declared_no, stage, COUNT(*) AS attempts
FROM attribution_call
WHERE call_group = 'A' AND period = 'window' AND is_failure
GROUP BY declared_no, stage
ORDER BY declared_no, stage
