/*---
id = "episode_step"
title = "The episode of each attempt"
why = "Attempts of one caller are chained, start to start, while the gap to the previous attempt is within the limit. Tests are in no episode (contract 1, 3.9)."
grain = ["attempt_id"]
passing = true

[params.episode_gap_s]
type = "integer"
unit = "s"
default = 600
min = 0
why = "A longer gap between two starts begins a new episode."

[columns]
attempt_id = "VARCHAR"
attempt_no = "BIGINT"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
episode_no = "BIGINT"
---*/
WITH attempt_with_previous AS (
    SELECT
        a.attempt_id, a.attempt_no, a.caller_id, a.started_at_utc,
        LAG(a.started_at_utc, 1) OVER (PARTITION BY a.caller_id ORDER BY a.attempt_no) AS previous_utc
    FROM attempt_core AS a
    WHERE NOT a.is_test
),

attempt_with_start AS (
    SELECT
        *,
        CASE WHEN previous_utc IS NULL OR elapsed_ms(previous_utc, started_at_utc) > $episode_gap_s * 1000 THEN 1 ELSE 0 END AS is_new
    FROM attempt_with_previous
)

SELECT
    attempt_id,
    attempt_no,
    caller_id,
    started_at_utc,
    CAST(SUM(is_new) OVER (
        PARTITION BY caller_id ORDER BY attempt_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS episode_no
FROM attempt_with_start
ORDER BY attempt_id
