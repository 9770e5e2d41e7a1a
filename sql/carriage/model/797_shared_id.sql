/*---
id = "shared_id"
title = "Call ids that attempts of different known callers carry, and how often one of them follows another within an hour"
why = "A call id should name one call. One that many callers share (the name of a trunk, a constant) joins calls that have nothing to do with each other. An id that is used again after more than an hour matches nothing wrong (contract 3.7)."
grain = ["call_id"]

[params.call_id_residual_s]
type = "integer"
unit = "s"
default = 3600
min = 0
why = "A longer difference means that the call id was used again."

[columns]
call_id = "VARCHAR"
attempts = { type = "BIGINT", is = "attempts that carry the id, tests too" }
callers = { type = "BIGINT", is = "known callers of these attempts", privacy = "public", unit = "callers" }
changes = { type = "BIGINT", is = "how often an attempt follows one of another caller within an hour", privacy = "public" }
first_started_at_utc = { type = "TIMESTAMP", is = "start of the first attempt with the id", privacy = "public" }
last_started_at_utc = { type = "TIMESTAMP", is = "start of the last attempt with the id", privacy = "public" }
---*/
WITH attempt_of_id AS (
    SELECT
        m.mark, a.started_at_utc, a.attempt_id,
        CASE WHEN a.caller_basis <> 'own' THEN a.caller_id END AS caller_id
    FROM attempt_mark AS m
    INNER JOIN attempt_core AS a ON m.attempt_id = a.attempt_id
    WHERE m.kind = 'call_id'
),

id_of_several AS (
    SELECT mark FROM attempt_of_id GROUP BY mark HAVING MIN(caller_id) < MAX(caller_id)
),

id_use AS (
    SELECT
        a.mark,
        COUNT(*) AS attempts,
        COUNT(DISTINCT a.caller_id) AS callers,
        MIN(a.started_at_utc) AS first_started_at_utc,
        MAX(a.started_at_utc) AS last_started_at_utc
    FROM attempt_of_id AS a
    INNER JOIN id_of_several AS i ON a.mark = i.mark
    GROUP BY a.mark
),

attempt_with_previous AS (
    SELECT
        a.mark, a.caller_id, a.started_at_utc,
        LAG(a.caller_id) OVER (PARTITION BY a.mark ORDER BY a.started_at_utc, a.attempt_id) AS other_caller_id,
        LAG(a.started_at_utc) OVER (PARTITION BY a.mark ORDER BY a.started_at_utc, a.attempt_id) AS other_started_at_utc
    FROM attempt_of_id AS a
    INNER JOIN id_of_several AS i ON a.mark = i.mark
    WHERE a.caller_id IS NOT NULL
),

change_count AS (
    SELECT mark, COUNT(*) AS changes
    FROM attempt_with_previous
    WHERE caller_id <> other_caller_id AND elapsed_ms(other_started_at_utc, started_at_utc) <= $call_id_residual_s * 1000
    GROUP BY mark
)

SELECT i.mark AS call_id, i.attempts, i.callers, COALESCE(c.changes, 0) AS changes, i.first_started_at_utc, i.last_started_at_utc
FROM id_use AS i
LEFT JOIN change_count AS c ON i.mark = c.mark
ORDER BY call_id
