/*---
id = "failed_by_cell"
title = "Failed attempts and failed callers, by cell"
grain = ["cell_id", "network"]

[columns]
cell_id = "VARCHAR"
network = { type = "VARCHAR", is = "of the attempts" }
latitude = "DOUBLE"
longitude = "DOUBLE"
region = "VARCHAR"
attempts = "BIGINT"
failed_attempts = "BIGINT"
failed_callers = "BIGINT"
---*/
SELECT
    COALESCE(a.cell_id, 'unknown') AS cell_id,
    a.network,
    s.latitude,
    s.longitude,
    s.region,
    COUNT(*) AS attempts,
    COUNT(CASE WHEN a.state = 'failed' THEN 1 END) AS failed_attempts,
    COUNT(DISTINCT CASE WHEN a.state = 'failed' AND c.is_failed THEN a.caller_id END) AS failed_callers
FROM attempt AS a
INNER JOIN caller AS c ON a.caller_id = c.caller_id
LEFT JOIN network_site AS s ON a.cell_id = s.cell_id AND a.network IS NOT DISTINCT FROM s.network
WHERE NOT a.is_test
GROUP BY COALESCE(a.cell_id, 'unknown'), a.network, s.latitude, s.longitude, s.region
ORDER BY cell_id, network
