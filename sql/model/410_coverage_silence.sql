/*---
id = "coverage_silence"
title = "Stretches in which a centre log holds no record for longer than it may"
why = "A log that is silent that long vouches for nothing in between (contract 3.8). Where bounds are declared, the stretch between a bound and the nearest record is a silence too."
grain = ["log", "from_utc"]

[params.coverage_gap_s]
type = "integer"
unit = "s"
default = 3600
min = 1
why = "A longer silence is not covered."

[columns]
log = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
---*/
WITH heard AS (
    SELECT log, presented_at_utc AS at_utc FROM centre_record
    UNION
    SELECT log, from_utc AS at_utc FROM log_span
    UNION
    SELECT log, to_utc AS at_utc FROM log_span
),

stretch AS (
    SELECT log, at_utc AS from_utc, LEAD(at_utc) OVER (PARTITION BY log ORDER BY at_utc) AS to_utc
    FROM heard
)

SELECT log, from_utc, to_utc
FROM stretch
WHERE elapsed_ms(from_utc, to_utc) > $coverage_gap_s * 1000
ORDER BY log, from_utc
