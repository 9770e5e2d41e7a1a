/*---
id = "clock_pair"
title = "Pairs of attempt and centre record that are certain enough to compare clocks"
why = "Either both have one call id; or each is the caller's only one within an hour on either side, on compatible networks (contract 3.6)."
grain = ["attempt_id", "record_id"]

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
WITH pair_by_id AS (
    SELECT m.mark, MIN(m.attempt_id) AS attempt_id, MIN(c.record_id) AS record_id
    FROM attempt_mark AS m
    INNER JOIN centre_mark AS c ON m.mark = c.mark
    WHERE m.kind = 'call_id' AND NOT m.is_test
    GROUP BY m.mark
    HAVING COUNT(*) = 1
),

distinct_pair AS (
    SELECT attempt_id, record_id FROM pair_by_id GROUP BY attempt_id, record_id
),

identified_attempt AS (
    SELECT attempt_id, caller_id, started_at_utc FROM attempt_core WHERE NOT is_test AND caller_basis <> 'own'
),

identified_arrival AS (
    SELECT record_id, caller_id, presented_at_utc FROM centre_core WHERE is_usable AND caller_basis <> 'own'
),

caller_event AS (
    SELECT attempt_id AS event_id, caller_id, started_at_utc AS at_utc FROM identified_attempt
    UNION ALL
    SELECT record_id AS event_id, caller_id, presented_at_utc AS at_utc FROM identified_arrival
),

pair_by_caller AS (
    SELECT a.attempt_id, c.record_id, a.caller_id, a.started_at_utc, c.presented_at_utc
    FROM identified_attempt AS a
    INNER JOIN identified_arrival AS c ON a.caller_id = c.caller_id
    WHERE
        ABS(elapsed_ms(a.started_at_utc, c.presented_at_utc)) <= $alone_within_s * 1000
        AND NOT EXISTS (SELECT 1 FROM distinct_pair AS s WHERE s.attempt_id = a.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM distinct_pair AS s WHERE s.record_id = c.record_id)
),

lone_pair AS (
    SELECT p.attempt_id, p.record_id
    FROM pair_by_caller AS p
    WHERE NOT EXISTS (
        SELECT 1
        FROM caller_event AS o
        WHERE
            o.caller_id = p.caller_id
            AND o.event_id <> p.attempt_id
            AND o.event_id <> p.record_id
            AND (
                ABS(elapsed_ms(o.at_utc, p.started_at_utc)) <= $alone_within_s * 1000
                OR ABS(elapsed_ms(o.at_utc, p.presented_at_utc)) <= $alone_within_s * 1000
            )
    )
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
