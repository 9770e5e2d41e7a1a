/*---
id = "DQ-006"
title = "Clock that too few pairs vouch for"
severity = "medium"
why = "Without enough certain pairs the offset between a centre's clock and a network's is not known, and none is applied: matches near the edge of the window may be wrong."
false_positives = ["Very few calls between the two, so that little rests on it."]
grain = ["log", "network"]
requires = ["attempts", "centre"]

[columns]
log = "VARCHAR"
network = "VARCHAR"
pairs = "BIGINT"
---*/
SELECT log, network, pairs
FROM clock
WHERE offset_ms IS NULL
ORDER BY log, network
