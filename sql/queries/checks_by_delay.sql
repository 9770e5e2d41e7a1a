/*---
title = "Welfare duties by the time until the check"
why = "The limit in hours is the case's own. This table shows the effect of other limits."

[params.step_h]
type = "integer"
unit = "hours"
default = 6
min = 1
why = "Width of a row."

[columns]
from_h = { type = "BIGINT", is = "from this many hours", privacy = "public" }
to_h = { type = "BIGINT", is = "to this many hours", privacy = "public" }
status = "VARCHAR"
duties = { type = "BIGINT", is = "duties in this span", privacy = "public", unit = "duties" }
---*/
SELECT
    CAST(FLOOR(elapsed_ms / (3600000.0 * $step_h)) AS BIGINT) * $step_h AS from_h,
    CAST(FLOOR(elapsed_ms / (3600000.0 * $step_h)) AS BIGINT) * $step_h + $step_h AS to_h,
    status,
    COUNT(*) AS duties
FROM welfare_duty
GROUP BY ALL
ORDER BY from_h NULLS LAST, status
