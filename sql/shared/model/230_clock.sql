/*---
id = "clock"
title = "Offset of each centre log's clock to each network's clock, and the number of pairs behind it"
why = "With fewer than ten pairs no offset is applied, and the clock is reported as unverified (contract 3.6). An empty network means that the records name none."
grain = ["log", "network"]

[params.clock_min_pairs]
type = "integer"
unit = "pairs"
default = 10
min = 1
why = "Fewer certain pairs do not verify a clock."

[columns]
log = "VARCHAR"
network = "VARCHAR"
offset_ms = "BIGINT"
pairs = "BIGINT"
---*/
WITH log_and_network AS (
    SELECT l.log, a.network
    FROM (SELECT DISTINCT log FROM centre_core) AS l
    CROSS JOIN (SELECT DISTINCT COALESCE(network, '') AS network FROM attempt_core WHERE NOT is_test) AS a
),

measured_offset AS (
    SELECT log, network, CAST(FLOOR(MEDIAN(difference_ms)) AS BIGINT) AS offset_ms, COUNT(*) AS pairs
    FROM clock_pair
    GROUP BY log, network
)

SELECT
    m.log,
    m.network,
    CASE WHEN t.pairs >= $clock_min_pairs THEN t.offset_ms END AS offset_ms,
    COALESCE(t.pairs, 0) AS pairs
FROM log_and_network AS m
LEFT JOIN measured_offset AS t ON m.log = t.log AND m.network = t.network
ORDER BY m.log, m.network
