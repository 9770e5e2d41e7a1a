/*---
id = "clock_hour"
title = "Offset of a centre's clock to a network's clock, for each hour with enough certain pairs"
why = "Clocks drift, so an hour with enough pairs has its own offset (contract 3.6). With an even number of pairs the median is the mean of the two middle ones, rounded down to whole milliseconds."
grain = ["log", "network", "hour_utc"]

[params.clock_min_pairs]
type = "integer"
unit = "pairs"
default = 10
min = 1
why = "Fewer certain pairs do not verify a clock."

[columns]
log = "VARCHAR"
network = "VARCHAR"
hour_utc = "TIMESTAMP"
offset_ms = "BIGINT"
pairs = "BIGINT"
---*/
SELECT
    log,
    network,
    hour_utc,
    CAST(FLOOR(MEDIAN(difference_ms)) AS BIGINT) AS offset_ms,
    COUNT(*) AS pairs
FROM clock_pair
GROUP BY log, network, hour_utc
HAVING COUNT(*) >= $clock_min_pairs
ORDER BY log, network, hour_utc
