/*---
id = "attribution_hour"
title = "The four groups of each attribution hour by hour, from a day before the window to a day after it"
why = "For the picture: every attempt of A and C that failed or arrived, and the ordinary records of B and D."
grain = ["declared_no", "hour_utc", "call_group"]

[columns]
declared_no = "INTEGER"
attribution_id = "VARCHAR"
hour_utc = "TIMESTAMP"
call_group = "VARCHAR"
failed = { type = "BIGINT", is = "calls of the group that failed in the hour" }
total = { type = "BIGINT", is = "calls of the group in the hour: attempts of A and C, records of B and D" }
---*/
WITH hourly AS (
    SELECT
        a.network, DATE_TRUNC('hour', a.started_at_utc) AS hour_utc, 'A' AS own_group, 'C' AS other_group, 1 AS total,
        CASE WHEN s.is_failure THEN 1 ELSE 0 END AS failed
    FROM attempt AS a
    LEFT JOIN attempt_stage AS s ON a.attempt_id = s.attempt_id
    WHERE a.state IN ('failed', 'delivered') AND EXISTS (SELECT 1 FROM attribution_frame)
    UNION ALL
    SELECT
        network, hour_utc, 'B' AS own_group, 'D' AS other_group, records AS total,
        CASE WHEN is_answered THEN 0 ELSE records END AS failed
    FROM volume
    WHERE NOT is_emergency AND is_answered IS NOT NULL AND hour_utc IS NOT NULL
)

SELECT
    f.declared_no,
    f.attribution_id,
    h.hour_utc,
    CASE WHEN h.network = f.network THEN h.own_group ELSE h.other_group END AS call_group,
    CAST(SUM(h.failed) AS BIGINT) AS failed,
    CAST(SUM(h.total) AS BIGINT) AS total
FROM attribution_frame AS f
INNER JOIN hourly AS h
    ON
        elapsed_ms(h.hour_utc, f.starts_at_utc) <= 86400000
        AND elapsed_ms(f.ends_at_utc, h.hour_utc) < 86400000
WHERE h.network IS NOT NULL
GROUP BY f.declared_no, f.attribution_id, h.hour_utc, CASE WHEN h.network = f.network THEN h.own_group ELSE h.other_group END
ORDER BY f.declared_no, h.hour_utc, call_group
