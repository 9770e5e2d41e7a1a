/*---
id = "outage_course"
title = "The clocks of each outage: onset, discovery, restoration, and what is taken for a restoration that is not declared"
why = "Duties run from different origins (contract 5.5). Without a declared restoration, gaps and the callers nobody informed run to the end of the outage."
grain = ["outage_id"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
starts_at_utc = { type = "TIMESTAMP", is = "onset" }
discovered_utc = { type = "TIMESTAMP", is = "when the provider discovered it; null where the case does not say", privacy = "public" }
restored_utc = "TIMESTAMP"
over_utc = { type = "TIMESTAMP", is = "restoration, else the end of the outage", privacy = "public" }
next_starts_at_utc = { type = "TIMESTAMP", is = "onset of the next outage of one of its networks; null where there is none", privacy = "public" }
duration_ms = { type = "BIGINT", is = "from onset to over_utc", privacy = "public" }
provider = "VARCHAR"
is_emergency_struck = { type = "BOOLEAN", is = "emergency calls failed in it, or the case calls it significant; null where no attempts are in evidence", privacy = "public" }
---*/
-- one that starts while this one lasts is not the next: its notices may be of either
WITH next_outage AS (
    SELECT o.outage_id, MIN(n.starts_at_utc) AS next_starts_at_utc
    FROM outage AS o
    INNER JOIN outage AS n ON n.starts_at_utc >= o.ends_at_utc
    LEFT JOIN outage_network AS k ON o.outage_id = k.outage_id
    LEFT JOIN outage_network AS m ON n.outage_id = m.outage_id
    WHERE COALESCE(k.network = m.network, TRUE)
    GROUP BY o.outage_id
)

SELECT
    o.outage_id,
    o.starts_at_utc,
    f.discovered_utc,
    f.restored_utc,
    COALESCE(f.restored_utc, o.ends_at_utc) AS over_utc,
    x.next_starts_at_utc,
    elapsed_ms(o.starts_at_utc, COALESCE(f.restored_utc, o.ends_at_utc)) AS duration_ms,
    LOWER(TRIM(f.provider)) AS provider,
    CASE
        WHEN o.is_significant OR EXISTS (SELECT 1 FROM struck_failure AS s WHERE s.outage_id = o.outage_id) THEN TRUE
        WHEN EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'attempts' AND r.is_evidence) THEN FALSE
    END AS is_emergency_struck
FROM outage AS o
LEFT JOIN outage_fact AS f ON o.outage_id = f.outage_id
LEFT JOIN next_outage AS x ON o.outage_id = x.outage_id
ORDER BY o.outage_id
