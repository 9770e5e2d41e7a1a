/*---
id = "failure_tally"
title = "Attempts and failures on one cell, element, access or device model, and on all others of that kind"
why = "The comparison shows whether failures cluster. Networks name cells and elements as they like: each network's own is a place of its own. Attempts without the value in question are left out."
grain = ["dimension", "network", "place"]

[columns]
dimension = "VARCHAR"
network = { type = "VARCHAR", is = "of the attempts; null for an access and a device, which are one place in all networks" }
place = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
attempts_elsewhere = "BIGINT"
failed_elsewhere = "BIGINT"
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
---*/
WITH counted_attempt AS (
    SELECT state, started_at_utc, network, cell_id, element, access, tac
    FROM attempt
    WHERE state IN ('delivered', 'undetermined', 'failed')
),

attempt_by_place AS (
    SELECT 'cell' AS dimension, network, cell_id AS place, state, started_at_utc FROM counted_attempt
    UNION ALL
    SELECT 'element' AS dimension, network, element AS place, state, started_at_utc FROM counted_attempt
    UNION ALL
    SELECT 'access' AS dimension, CAST(NULL AS VARCHAR) AS network, access AS place, state, started_at_utc FROM counted_attempt
    UNION ALL
    SELECT 'device' AS dimension, CAST(NULL AS VARCHAR) AS network, tac AS place, state, started_at_utc FROM counted_attempt
),

tally AS (
    SELECT
        dimension,
        network,
        place,
        COUNT(*) AS attempts,
        COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_attempts,
        MIN(CASE WHEN state = 'failed' THEN started_at_utc END) AS first_failed_at_utc,
        MAX(CASE WHEN state = 'failed' THEN started_at_utc END) AS last_failed_at_utc
    FROM attempt_by_place
    WHERE place IS NOT NULL
    GROUP BY dimension, network, place
),

total AS (
    SELECT dimension, CAST(SUM(attempts) AS BIGINT) AS attempts, CAST(SUM(failed_attempts) AS BIGINT) AS failed_attempts
    FROM tally
    GROUP BY dimension
)

SELECT
    t.dimension,
    t.network,
    t.place,
    t.attempts,
    t.failed_attempts,
    e.attempts - t.attempts AS attempts_elsewhere,
    e.failed_attempts - t.failed_attempts AS failed_elsewhere,
    t.first_failed_at_utc,
    t.last_failed_at_utc
FROM tally AS t
INNER JOIN total AS e ON t.dimension = e.dimension
ORDER BY t.dimension, t.network, t.place
