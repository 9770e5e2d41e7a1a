/*---
id = "call_id_pair"
title = "Attempts and centre records that carry one call id, their corrected times within an hour"
why = "A call id that both sides logged goes before party and network (contract 3.7)."
grain = ["attempt_id", "record_id"]
passing = true

[params.call_id_residual_s]
type = "integer"
unit = "s"
default = 3600
min = 0
why = "A longer difference means that the call id was used again."

[columns]
attempt_id = "VARCHAR"
record_id = "VARCHAR"
residual_ms = "BIGINT"
attempt_no = "BIGINT"
call_no = "BIGINT"
started_at_utc = "TIMESTAMP"
presented_at_utc = "TIMESTAMP"
---*/
-- Pairs first, clocks after: in the other order every attempt would be joined with every record of a log.
WITH pair_by_id AS (
    SELECT DISTINCT m.attempt_id, c.record_id, c.log, c.call_no, c.presented_at_utc
    FROM attempt_mark AS m
    INNER JOIN centre_mark AS i ON m.mark = i.mark
    INNER JOIN centre_core AS c ON i.record_id = c.record_id
    WHERE m.kind = 'call_id' AND NOT m.is_test
)

SELECT
    m.attempt_id,
    m.record_id,
    elapsed_ms(a.started_at_utc, m.presented_at_utc) - k.offset_ms AS residual_ms,
    a.attempt_no,
    m.call_no,
    a.started_at_utc,
    m.presented_at_utc
FROM pair_by_id AS m
INNER JOIN attempt_core AS a ON m.attempt_id = a.attempt_id
INNER JOIN attempt_clock AS k ON m.attempt_id = k.attempt_id AND m.log = k.log
WHERE ABS(elapsed_ms(a.started_at_utc, m.presented_at_utc) - k.offset_ms) <= $call_id_residual_s * 1000
ORDER BY m.attempt_id, m.record_id
