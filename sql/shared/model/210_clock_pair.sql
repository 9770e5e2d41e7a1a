/*---
id = "clock_pair"
title = "Pairs of attempt and centre record that are certain enough to compare clocks"
why = "Either both have one call id; or each is the caller's only one within an hour on either side, on compatible networks (contract 3.6)."
grain = ["attempt_id", "record_id"]
passing = true

[params.alone_within_s]
type = "integer"
unit = "s"
default = 3600
min = 1
why = "For this long before and after a pair, its caller must have no other attempt and no other centre record."

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
log = "VARCHAR"
network = "VARCHAR"
hour_utc = "TIMESTAMP"
difference_ms = "BIGINT"
kind = "VARCHAR"
---*/
WITH attempt_by_id AS (
    SELECT mark, MIN(attempt_id) AS attempt_id
    FROM attempt_mark
    WHERE kind = 'call_id' AND NOT is_test
    GROUP BY mark
    HAVING COUNT(*) = 1
),

record_by_id AS (
    SELECT mark, MIN(record_id) AS record_id FROM centre_mark GROUP BY mark HAVING COUNT(*) = 1
),

distinct_pair AS (
    SELECT DISTINCT a.attempt_id, c.record_id
    FROM attempt_by_id AS a
    INNER JOIN record_by_id AS c ON a.mark = c.mark
),

caller_event AS (
    SELECT attempt_id AS event_id, caller_id, started_at_utc AS at_utc, TRUE AS is_attempt
    FROM attempt_core
    WHERE NOT is_test AND caller_basis <> 'own'
    UNION ALL
    SELECT record_id AS event_id, caller_id, presented_at_utc AS at_utc, FALSE AS is_attempt
    FROM centre_core
    WHERE is_usable AND caller_basis <> 'own'
),

-- the caller's only pair within the time is two neighbours, of which no third one is near
event_in_order AS (
    SELECT
        event_id, is_attempt, at_utc,
        LAG(at_utc, 1) OVER (PARTITION BY caller_id ORDER BY at_utc, is_attempt, event_id) AS before_utc,
        LEAD(event_id, 1) OVER (PARTITION BY caller_id ORDER BY at_utc, is_attempt, event_id) AS next_id,
        LEAD(is_attempt, 1) OVER (PARTITION BY caller_id ORDER BY at_utc, is_attempt, event_id) AS is_next_attempt,
        LEAD(at_utc, 1) OVER (PARTITION BY caller_id ORDER BY at_utc, is_attempt, event_id) AS next_utc,
        LEAD(at_utc, 2) OVER (PARTITION BY caller_id ORDER BY at_utc, is_attempt, event_id) AS after_utc
    FROM caller_event
),

neighbour_pair AS (
    SELECT
        CASE WHEN is_attempt THEN event_id ELSE next_id END AS attempt_id,
        CASE WHEN is_attempt THEN next_id ELSE event_id END AS record_id
    FROM event_in_order
    WHERE
        is_attempt <> is_next_attempt
        AND elapsed_ms(at_utc, next_utc) <= $alone_within_s * 1000
        AND (before_utc IS NULL OR elapsed_ms(before_utc, at_utc) > $alone_within_s * 1000)
        AND (after_utc IS NULL OR elapsed_ms(next_utc, after_utc) > $alone_within_s * 1000)
),

lone_pair AS (
    SELECT p.attempt_id, p.record_id
    FROM neighbour_pair AS p
    WHERE
        NOT EXISTS (SELECT 1 FROM distinct_pair AS s WHERE s.attempt_id = p.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM distinct_pair AS s WHERE s.record_id = p.record_id)
),

certain_pair AS (
    SELECT attempt_id, record_id, 'call_id' AS kind FROM distinct_pair
    UNION ALL
    SELECT attempt_id, record_id, 'caller' AS kind FROM lone_pair
)

SELECT
    k.attempt_id,
    k.record_id,
    c.log,
    COALESCE(a.network, '') AS network,
    a.hour_utc,
    elapsed_ms(a.started_at_utc, c.presented_at_utc) AS difference_ms,
    k.kind
FROM certain_pair AS k
INNER JOIN attempt_core AS a ON k.attempt_id = a.attempt_id
INNER JOIN centre_core AS c ON k.record_id = c.record_id
WHERE k.kind = 'call_id' OR COALESCE(a.network = c.network, TRUE)
ORDER BY k.attempt_id, k.record_id
