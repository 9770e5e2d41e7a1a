/*---
title = "Callers with a check due who were not reached, and their attempts"
why = "What the next person on the worklist needs: how often these callers tried, from where, and what was tried since."

[columns]
caller_id = "VARCHAR"
caller_alias = "VARCHAR"
status = "VARCHAR"
failed_attempts = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
region = "VARCHAR"
cells = { type = "BIGINT", is = "cells they tried from", privacy = "public", unit = "cells" }
checks = "BIGINT"
---*/
SELECT
    w.caller_id,
    n.caller_alias,
    w.status,
    w.failed_attempts,
    w.first_failed_at_utc,
    w.last_failed_at_utc,
    w.region,
    COUNT(DISTINCT a.cell_id) AS cells,
    w.checks
FROM worklist AS w
LEFT JOIN attempt AS a ON w.caller_id = a.caller_id AND a.state = 'failed'
LEFT JOIN caller_alias AS n ON w.caller_id = n.caller_id
GROUP BY ALL
ORDER BY w.first_failed_at_utc, w.caller_id
