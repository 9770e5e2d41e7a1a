/*---
id = "area_attempt"
title = "Attempts on the networks of a footprint's outage, by area, inside the outage and in its baseline"
why = "The baseline is the loaded time outside every outage and its tail, in the local hours that the outage touches (contract 5.4). An attempt that the platform rejected failed, though it arrived. The window has no tail."
grain = ["footprint_no", "attempt_id"]

[columns]
footprint_no = "INTEGER"
attempt_id = "VARCHAR"
area = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
is_in_outage = { type = "BOOLEAN", is = "inside the outage; else in its baseline", privacy = "public" }
is_failed = { type = "BOOLEAN", is = "failed, or rejected by the platform" }
---*/
WITH tried AS (
    SELECT
        f.declared_no AS footprint_no, f.outage_id, a.attempt_id, a.caller_id, a.started_at_utc,
        COALESCE(k.area, a.region) AS area,
        a.state = 'failed' OR COALESCE(d.stage = 'refused_by_platform', FALSE) AS is_failed,
        a.started_at_utc >= o.starts_at_utc AND a.started_at_utc < o.ends_at_utc AS is_in_outage
    FROM footprint AS f
    INNER JOIN outage AS o ON f.outage_id = o.outage_id
    INNER JOIN attempt AS a
        ON
            a.state IN ('failed', 'delivered')
            AND (
                EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = f.outage_id AND n.network = a.network)
                OR NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = f.outage_id)
            )
    LEFT JOIN network_site AS s ON a.cell_id = s.cell_id AND a.network IS NOT DISTINCT FROM s.network
    LEFT JOIN area_cell AS k ON f.declared_no = k.footprint_no AND s.record_id = k.record_id
    LEFT JOIN centre_call AS c ON a.centre_record_id = c.record_id AND a.state = 'delivered'
    LEFT JOIN centre_disposition AS d ON c.disposition = d.word
),

outside AS (
    SELECT
        t.footprint_no, t.attempt_id, t.outage_id,
        later_by_s(t.started_at_utc, z.offset_ms // 1000) AS started_at_local
    FROM tried AS t
    INNER JOIN zone_offset AS z ON t.started_at_utc >= z.from_utc AND t.started_at_utc < z.to_utc
    WHERE
        NOT t.is_in_outage
        AND NOT EXISTS (
            SELECT 1 FROM outage AS x
            WHERE
                t.started_at_utc >= x.starts_at_utc
                AND elapsed_ms(x.ends_at_utc, t.started_at_utc) < x.recovery_tail_s * 1000
        )
),

compared AS (
    SELECT o.footprint_no, o.attempt_id
    FROM outside AS o
    INNER JOIN outage_hour AS h
        ON
            o.outage_id = h.outage_id
            AND elapsed_ms(DATE_TRUNC('day', o.started_at_local), o.started_at_local) // 3600000 = h.hour_of_day
)

SELECT t.footprint_no, t.attempt_id, t.area, t.caller_id, t.started_at_utc, t.is_in_outage, t.is_failed
FROM tried AS t
LEFT JOIN compared AS c ON t.footprint_no = c.footprint_no AND t.attempt_id = c.attempt_id
WHERE t.area IS NOT NULL AND (t.is_in_outage OR c.attempt_id IS NOT NULL)
ORDER BY t.footprint_no, t.attempt_id
