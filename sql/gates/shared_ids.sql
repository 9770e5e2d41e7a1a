/*---
id = "shared_ids"
title = "Call ids that name no call"
why = "An id that callers share in turn, all the time, is the name of something else: a trunk, a switch, a constant. Attempts are merged and matched by it with calls of strangers, and failures are hidden or made up."
sentence = "{count} of {of} attempts carry a call id that many callers share within an hour. It names no call."
spoils = "figures whose records are merged or matched by these ids"
remedy = "If the column holds no call id, name what it holds in the source (`nulls = { call_id = [\"...\"] }`), or map `call_id` to another column."
grain = ["subject"]
[params.gate_shared_ids_permille]
type = "integer"
unit = "of 1,000 attempts"
default = 10
min = 0
why = "A few ids that two calls got by mistake move no figure."
[params.gate_shared_ids_changes]
type = "integer"
unit = "changes"
default = 10
min = 0
why = "An id whose caller changes more often within an hour is no counter that began anew, and no call with two numbers."

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
-- an attempt may carry two such ids
WITH shared AS (
    SELECT COALESCE(SUM(attempts), 0) AS attempts FROM shared_id WHERE changes > $gate_shared_ids_changes
),

every_attempt AS (
    SELECT COUNT(*) AS attempts FROM attempt
)

SELECT
    'call_id' AS subject,
    CAST(LEAST(s.attempts, e.attempts) AS BIGINT) AS found,
    e.attempts AS among
FROM shared AS s
CROSS JOIN every_attempt AS e
WHERE s.attempts * 1000 > e.attempts * $gate_shared_ids_permille
ORDER BY subject
