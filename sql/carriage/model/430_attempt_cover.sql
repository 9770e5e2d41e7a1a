/*---
id = "attempt_cover"
title = "Attempts whose time a centre log covers"
why = "The window of the attempt, moved to the log's clock, lies within one stretch of the log and in no silence. A log without records has no offset. Where the intended centre is mapped only its log counts, else any log (contract 3.8)."
grain = ["attempt_id"]
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
---*/
WITH attempt_on_log AS (
    SELECT a.attempt_id, a.started_at_utc, l.log, p.meant_for, COALESCE(k.offset_ms, 0) AS offset_ms
    FROM attempt_core AS a
    INNER JOIN attempt_place AS p ON a.attempt_id = p.attempt_id
    INNER JOIN (SELECT DISTINCT log FROM log_span) AS l ON p.meant_for = l.log OR p.meant_for IS NULL
    LEFT JOIN attempt_clock AS k ON a.attempt_id = k.attempt_id AND l.log = k.log
    WHERE NOT a.is_test
),

attempt_in_span AS (
    SELECT
        c.attempt_id, c.log, c.started_at_utc, c.offset_ms,
        elapsed_ms(s.from_utc, c.started_at_utc) + c.offset_ms - 1000 * $match_before_s AS after_from_ms,
        elapsed_ms(c.started_at_utc, s.to_utc) - c.offset_ms - 1000 * $match_after_s AS before_to_ms
    FROM attempt_on_log AS c
    INNER JOIN log_span AS s ON c.log = s.log
)

SELECT DISTINCT f.attempt_id
FROM attempt_in_span AS f
WHERE
    f.after_from_ms >= 0
    AND f.before_to_ms >= 0
    AND NOT EXISTS (
        SELECT 1
        FROM coverage_silence AS q
        WHERE
            q.log = f.log
            AND elapsed_ms(q.from_utc, f.started_at_utc) + f.offset_ms + 1000 * $match_after_s > 0
            AND elapsed_ms(f.started_at_utc, q.to_utc) - f.offset_ms + 1000 * $match_before_s > 0
    )
ORDER BY f.attempt_id
