/*---
title = "Attempts whose centre record lies too far away, all at one distance"
sentence = "{names}: so far from each the centre has the same call, or its caller's only one. Perhaps a clock was wrong and these calls arrived: ask which and when, and load that log with right times. Until then failures may be counted too high or too low."
others = "other network(s)"
is_floor = true
in_answer = true
grain = ["log", "network"]

[columns]
log = "VARCHAR"
network = "VARCHAR"
name = "VARCHAR"
---*/
WITH said_distance AS (
    SELECT
        log, network, attempts,
        CAST(ABS(least_ms) // 1000 AS VARCHAR) || ' s ' || CASE WHEN least_ms < 0 THEN 'earlier' ELSE 'later' END AS least,
        CAST(ABS(most_ms) // 1000 AS VARCHAR) || ' s ' || CASE WHEN most_ms < 0 THEN 'earlier' ELSE 'later' END AS most
    FROM shifted_clock
)

SELECT
    log,
    network,
    CAST(attempts AS VARCHAR) || ' failed or undetermined attempt(s) '
    || CASE WHEN network = '' THEN 'without a network' ELSE 'of network ' || network END
    || ' (log ' || log || ', ' || least || CASE WHEN most <> least THEN ' to ' || most ELSE '' END || ')' AS name
FROM said_distance
ORDER BY log, network
