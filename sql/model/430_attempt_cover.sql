/*---
id = "attempt_cover"
title = "Attempts for which a centre's log vouches"
why = "The attempt's window, moved to the log's clock, lies within the log's span and in no silence; the log of the centre it was meant for where that is mapped, else any (contract 3.8)."
grain = ["attempt_id"]

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
WITH frame AS (
    SELECT
        a.attempt_id, k.log, p.meant_for,
        elapsed_ms(s.from_utc, a.started_at_utc) + k.offset_ms - 1000 * $match_before_s AS after_from_ms,
        elapsed_ms(a.started_at_utc, s.to_utc) - k.offset_ms - 1000 * $match_after_s AS before_to_ms,
        a.started_at_utc, k.offset_ms
    FROM attempt_core AS a
    INNER JOIN attempt_clock AS k ON a.attempt_id = k.attempt_id
    INNER JOIN log_span AS s ON k.log = s.log
    INNER JOIN attempt_place AS p ON a.attempt_id = p.attempt_id
)

SELECT DISTINCT f.attempt_id
FROM frame AS f
WHERE
    f.after_from_ms >= 0
    AND f.before_to_ms >= 0
    AND (f.meant_for IS NULL OR f.meant_for = f.log)
    AND NOT EXISTS (
        SELECT 1
        FROM coverage_silence AS q
        WHERE
            q.log = f.log
            AND elapsed_ms(q.from_utc, f.started_at_utc) + f.offset_ms + 1000 * $match_after_s > 0
            AND elapsed_ms(f.started_at_utc, q.to_utc) - f.offset_ms + 1000 * $match_before_s > 0
    )
ORDER BY f.attempt_id
