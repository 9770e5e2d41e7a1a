/*---
id = "DQ-006"
title = "Clock that too few pairs can verify"
severity = "medium"
why = "Without enough certain pairs, the offset between a centre's clock and a network's clock is unknown, and none is applied. Matches near the edge of the window may be wrong."
false_positives = ["There are very few calls between the two, so the clock has little effect."]
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
