/*---
title = "A clock whose offset rests on too few pairs"
sentence = "The clock of {log} against {against} is unverified ({pairs} certain pairs). No offset was applied."
grain = ["log", "network"]

[columns]
log = "VARCHAR"
network = "VARCHAR"
against = "VARCHAR"
pairs = "BIGINT"
---*/
SELECT
    log,
    network,
    COALESCE(NULLIF(network, ''), 'records that name no network') AS against,
    pairs
FROM clock
WHERE offset_ms IS NULL
ORDER BY log, network
