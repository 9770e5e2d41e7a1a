/*---
id = "DQ-007"
title = "Clock that moved between neighbouring hours"
severity = "high"
why = "The offset between a centre's clock and a network's clock changed from one hour to the next. One of the two clocks was set, or it drifts."
false_positives = ["The offset contains the set-up time of calls, and that changed, for example under load."]
grain = ["log", "network", "hour_utc"]
requires = ["attempts", "centre"]

[params.clock_drift_over_ms]
type = "integer"
unit = "ms"
default = 2000
min = 0
why = "Neighbouring hours that differ by more than this are a finding (contract 3.6)."

[columns]
log = "VARCHAR"
network = "VARCHAR"
hour_utc = "TIMESTAMP"
previous_offset_ms = { type = "BIGINT", is = "the offset of the hour before", privacy = "public" }
offset_ms = "BIGINT"
drift_ms = { type = "BIGINT", is = "how far the offset moved from one hour to the next", privacy = "public" }
pairs = "BIGINT"
---*/
SELECT
    h.log,
    h.network,
    h.hour_utc,
    p.offset_ms AS previous_offset_ms,
    h.offset_ms,
    h.offset_ms - p.offset_ms AS drift_ms,
    h.pairs
FROM clock_hour AS h
INNER JOIN clock_hour AS p ON h.log = p.log AND h.network = p.network AND h.hour_utc = p.hour_utc + INTERVAL '1' HOUR
WHERE ABS(h.offset_ms - p.offset_ms) > $clock_drift_over_ms
ORDER BY h.log, h.network, h.hour_utc
