/*---
id = "distant_pair"
title = "Certain pairs that lie outside the match window, though the offset was applied"
why = "Each is either a retry that another network carried, or the same call by a clock that was wrong. All certain pairs are many, and gone when the model is made; these are few."
grain = ["attempt_id", "record_id"]
passing = true

[params.match_before_s]
type = "integer"
unit = "s"
default = 5
min = 0
why = "How long before the attempt the centre may have logged the call."

[params.match_after_s]
type = "integer"
unit = "s"
default = 60
min = 0
why = "How long after the attempt the centre may have logged the call."

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
log = "VARCHAR"
network = "VARCHAR"
difference_ms = "BIGINT"
---*/
SELECT p.attempt_id, p.record_id, p.log, p.network, p.difference_ms
FROM clock_pair AS p
INNER JOIN attempt_clock AS k ON p.attempt_id = k.attempt_id AND p.log = k.log
WHERE p.difference_ms - k.offset_ms < -1000 * $match_before_s OR p.difference_ms - k.offset_ms > 1000 * $match_after_s
ORDER BY p.attempt_id, p.record_id
