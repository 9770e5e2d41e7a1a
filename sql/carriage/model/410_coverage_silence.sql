/*---
id = "coverage_silence"
title = "Stretches in which a centre log holds no record for longer than the limit, or says that the centre was down"
why = "A log does not cover a silence of that length (contract 3.8). Silences are looked for inside each stretch of log_span; the bounds of a stretch count as records. The border between two sources of one log is not a bound, so a log cut into hours has the same silences as the whole log."
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
-- a stretch in which an element of the centre was out of service, by its log of events, is a silence, however short
WITH log_instant AS (
    SELECT log, presented_at_utc AS at_utc FROM centre_record
    UNION ALL
    SELECT log, from_utc AS at_utc FROM log_span
    UNION ALL
    SELECT log, to_utc AS at_utc FROM log_span
),

interval AS (
    SELECT log, at_utc AS from_utc, LEAD(at_utc) OVER (PARTITION BY log ORDER BY at_utc) AS to_utc
    FROM log_instant
),

quiet_stretch AS (
    SELECT t.log, t.from_utc, t.to_utc
    FROM interval AS t
    INNER JOIN log_span AS s ON t.log = s.log AND t.from_utc >= s.from_utc AND t.to_utc <= s.to_utc
    WHERE elapsed_ms(t.from_utc, t.to_utc) > $coverage_gap_s * 1000
    UNION ALL
    SELECT d.log, d.from_utc, COALESCE(d.to_utc, MAX(s.to_utc)) AS to_utc
    FROM log_down AS d
    INNER JOIN log_span AS s ON d.log = s.log
    GROUP BY d.log, d.from_utc, d.to_utc
)

SELECT log, from_utc, MAX(to_utc) AS to_utc
FROM quiet_stretch
GROUP BY log, from_utc
ORDER BY log, from_utc
