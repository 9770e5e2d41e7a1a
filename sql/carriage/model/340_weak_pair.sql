/*---
id = "weak_pair"
title = "Attempts and centre records without a readable party that fit by route and time"
why = "Either both routes are known and equal, and the residual is in the window; or a route is missing, and the residual is within 3 s. Networks are equal where both are known. Tests are never paired (contract 3.7)."
grain = ["attempt_id", "record_id"]

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
[params.weak_residual_s]
type = "integer"
unit = "s"
default = 3
min = 0
why = "How near the times must be where a route is missing."

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
attempt_no = "BIGINT"
call_no = "BIGINT"
started_at_utc = "TIMESTAMP"
presented_at_utc = "TIMESTAMP"
---*/
WITH record_without_party AS (
    SELECT c.record_id, c.call_no, c.log, c.network, c.route, c.presented_at_utc
    FROM centre_core AS c
    WHERE
        c.is_usable
        AND NOT c.has_party
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.record_id = c.record_id)
),

unmatched_attempt AS (
    SELECT a.attempt_id, a.attempt_no, a.network, a.started_at_utc
    FROM attempt_core AS a
    WHERE
        NOT a.is_test
        AND EXISTS (SELECT 1 FROM record_without_party)
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.attempt_id = a.attempt_id)
        AND NOT EXISTS (SELECT 1 FROM caller_pair AS p WHERE p.attempt_id = a.attempt_id AND NOT p.is_contested)
        AND NOT EXISTS (SELECT 1 FROM contested_match AS m WHERE m.attempt_id = a.attempt_id)
),

-- The centre's time is cut into stretches as wide as the widest window. The two sides of a pair lie in one stretch or in neighbouring ones.
stretch_width AS (
    SELECT 1000 * (1 + GREATEST($match_before_s, $match_after_s, $weak_residual_s)) AS stretch_ms
),

attempt_on_log AS (
    SELECT
        f.attempt_id, f.attempt_no, f.network, f.started_at_utc, k.log, k.offset_ms,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), f.started_at_utc) + k.offset_ms AS place_ms
    FROM unmatched_attempt AS f
    INNER JOIN attempt_clock AS k ON f.attempt_id = k.attempt_id
),

attempt_in_stretch AS (
    SELECT
        p.attempt_id, p.attempt_no, p.network, p.started_at_utc, p.log, p.offset_ms,
        p.place_ms - MOD(p.place_ms, w.stretch_ms) AS stretch
    FROM attempt_on_log AS p
    CROSS JOIN stretch_width AS w
),

neighbour AS (
    SELECT -1 AS beside
    UNION ALL
    SELECT 0 AS beside
    UNION ALL
    SELECT 1 AS beside
),

record_in_stretch AS (
    SELECT
        n.record_id, n.call_no, n.log, n.network, n.route, n.presented_at_utc,
        elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), n.presented_at_utc)
        - MOD(elapsed_ms(CAST('2000-01-01' AS TIMESTAMP), n.presented_at_utc), w.stretch_ms)
        + s.beside * w.stretch_ms AS stretch
    FROM record_without_party AS n
    CROSS JOIN stretch_width AS w
    CROSS JOIN neighbour AS s
),

pair_in_window AS (
    SELECT
        f.attempt_id, n.record_id, f.attempt_no, n.call_no, n.route, f.started_at_utc, n.presented_at_utc,
        elapsed_ms(f.started_at_utc, n.presented_at_utc) - f.offset_ms AS residual_ms
    FROM attempt_in_stretch AS f
    INNER JOIN record_in_stretch AS n ON f.log = n.log AND f.stretch = n.stretch
    WHERE
        COALESCE(f.network = n.network, TRUE)
        AND elapsed_ms(f.started_at_utc, n.presented_at_utc) - f.offset_ms
        BETWEEN -1000 * GREATEST($match_before_s, $weak_residual_s) AND 1000 * GREATEST($match_after_s, $weak_residual_s)
)

SELECT e.attempt_id, e.record_id, e.residual_ms, e.attempt_no, e.call_no, e.started_at_utc, e.presented_at_utc
FROM pair_in_window AS e
WHERE
    (
        e.residual_ms BETWEEN -1000 * $match_before_s AND 1000 * $match_after_s
        AND EXISTS (SELECT 1 FROM attempt_mark AS m WHERE m.attempt_id = e.attempt_id AND m.kind = 'route' AND m.mark = e.route)
    )
    OR (
        ABS(e.residual_ms) <= 1000 * $weak_residual_s
        AND (
            e.route IS NULL
            OR NOT EXISTS (SELECT 1 FROM attempt_mark AS m WHERE m.attempt_id = e.attempt_id AND m.kind = 'route')
        )
    )
ORDER BY e.attempt_id, e.record_id
