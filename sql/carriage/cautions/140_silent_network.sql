/*---
title = "A network of an outage without any attempt in it"
sentence = "No attempt is in the logs of {names}: either nobody called, or the records of that time are missing. The real count may be higher."
others = "other network(s)"
is_floor = true
grain = ["outage_id", "network"]

[columns]
outage_id = "VARCHAR"
network = "VARCHAR"
name = "VARCHAR"
---*/
-- an attempt whose network is not known may be one of any
SELECT n.outage_id, n.network, 'network ' || n.network || ' in the outage ' || n.outage_id AS name
FROM outage_network AS n
INNER JOIN outage AS o ON n.outage_id = o.outage_id
WHERE
    EXISTS (SELECT 1 FROM file AS f WHERE f.role = 'attempts' AND f.status = 'loaded')
    AND NOT EXISTS (
        SELECT 1 FROM attempt AS a
        WHERE
            (a.network = n.network OR a.network IS NULL)
            AND a.started_at_utc >= o.starts_at_utc
            AND a.started_at_utc < o.ends_at_utc
    )
    -- other calls of that time are there, so nobody called
    AND NOT EXISTS (
        SELECT 1 FROM volume AS v
        WHERE v.network = n.network AND v.hour_utc >= o.starts_at_utc AND v.hour_utc < o.ends_at_utc
    )
ORDER BY n.outage_id, n.network
