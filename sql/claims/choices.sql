/*---
id = "choices"
title = "The choices that a definition has: sources with their failed attempts, networks, areas, accesses, hours with failed attempts, outages, duplicate legs"
grain = ["kind", "name", "hour_utc"]

[columns]
kind = "VARCHAR"
name = "VARCHAR"
hour_utc = "TIMESTAMP"
failed = "BIGINT"
---*/
SELECT 'source' AS kind, s.path AS name, CAST(NULL AS TIMESTAMP) AS hour_utc, COUNT(*) AS failed
FROM attempt_fact AS f
INNER JOIN set_member AS m ON m.kind = 'source' AND f.source_set = m.spelling
INNER JOIN source AS s ON m.member_no = s.source_no
WHERE f.state = 'failed'
GROUP BY s.path
UNION
SELECT DISTINCT 'network' AS kind, network AS name, NULL AS hour_utc, NULL AS failed FROM attempt_fact WHERE network IS NOT NULL
UNION
SELECT DISTINCT 'network' AS kind, network AS name, NULL AS hour_utc, NULL AS failed FROM centre_call WHERE network IS NOT NULL
UNION
SELECT 'area' AS kind, region AS name, NULL AS hour_utc, NULL AS failed FROM attempt_fact WHERE region IS NOT NULL
UNION
SELECT 'access' AS kind, access AS name, NULL AS hour_utc, NULL AS failed FROM attempt_fact WHERE access IS NOT NULL
UNION
SELECT 'hour' AS kind, NULL AS name, hour_utc, NULL AS failed FROM attempt_fact WHERE state = 'failed'
UNION
SELECT 'outage' AS kind, NULL AS name, NULL AS hour_utc, NULL AS failed FROM attempt_fact WHERE is_in_outage
ORDER BY kind, name, hour_utc
