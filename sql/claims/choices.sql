/*---
id = "choices"
title = "What a definition can choose from: networks, areas and accesses there are, hours in which attempts failed, outages, double legs"
grain = ["kind", "name", "hour_utc"]

[columns]
kind = "VARCHAR"
name = "VARCHAR"
hour_utc = "TIMESTAMP"
---*/
SELECT DISTINCT 'network' AS kind, network AS name, CAST(NULL AS TIMESTAMP) AS hour_utc FROM attempt_fact WHERE network IS NOT NULL
UNION
SELECT DISTINCT 'network' AS kind, network AS name, CAST(NULL AS TIMESTAMP) AS hour_utc FROM centre_call WHERE network IS NOT NULL
UNION
SELECT 'area' AS kind, region AS name, NULL AS hour_utc FROM attempt_fact WHERE region IS NOT NULL
UNION
SELECT 'access' AS kind, access AS name, NULL AS hour_utc FROM attempt_fact WHERE access IS NOT NULL
UNION
SELECT 'hour' AS kind, NULL AS name, hour_utc FROM attempt_fact WHERE state = 'failed'
UNION
SELECT 'outage' AS kind, NULL AS name, NULL AS hour_utc FROM attempt_fact WHERE is_in_outage
UNION
SELECT 'legs' AS kind, NULL AS name, NULL AS hour_utc FROM attempt_fact WHERE legs > 1
ORDER BY kind, name, hour_utc
