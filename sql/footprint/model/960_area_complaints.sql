/*---
id = "area_complaints"
title = "Complaints of each area in the outage, and in the whole hours outside every outage"
why = "Customers are witnesses from outside: they need no log of the network. An area is the complaint's own, else its subscriber's region."
grain = ["footprint_no", "area"]

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
complaints = { type = "BIGINT", is = "complaints received in the outage" }
baseline_complaints = { type = "BIGINT", is = "complaints received in the whole hours that touch no outage", privacy = "public", unit = "complaints" }
---*/
WITH complaint_in_area AS (
    SELECT c.received_at_utc, DATE_TRUNC('hour', c.received_at_utc) AS hour_utc, COALESCE(c.region, s.region) AS area
    FROM complaint AS c
    LEFT JOIN number AS n ON c.calling_number = n.number_text
    LEFT JOIN subscription AS s ON s.kind = 'number' AND n.e164 = s.identity
    WHERE NOT EXISTS (SELECT 1 FROM repeated_complaint AS d WHERE d.record_id = c.record_id)
)

SELECT
    f.declared_no AS footprint_no,
    p.area,
    COUNT(CASE WHEN p.received_at_utc >= o.starts_at_utc AND p.received_at_utc < o.ends_at_utc THEN 1 END) AS complaints,
    COUNT(
        CASE
            WHEN NOT EXISTS (
                SELECT 1 FROM outage AS x
                WHERE
                    elapsed_ms(p.hour_utc, x.starts_at_utc) < 3600000
                    AND elapsed_ms(x.ends_at_utc, p.hour_utc) < x.recovery_tail_s * 1000
            ) THEN 1
        END
    ) AS baseline_complaints
FROM footprint AS f
INNER JOIN outage AS o ON f.outage_id = o.outage_id
CROSS JOIN complaint_in_area AS p
WHERE p.area IS NOT NULL
GROUP BY f.declared_no, p.area
ORDER BY footprint_no, p.area
