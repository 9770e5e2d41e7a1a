/*---
title = "A clock whose offset too few pairs vouch for"
sentence = "The clock of {log} against {against} is unverified ({pairs} certain pairs): no offset was applied."
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
