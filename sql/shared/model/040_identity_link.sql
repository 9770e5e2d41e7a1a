/*---
id = "identity_link"
title = "For each record without a number: the number that its IMSI or IMEI carries on the record nearest in time"
why = "A phone that camps on another network often shows no number there. The same IMSI or IMEI on another record may show it (contract 3.5). The nearest in time decides, then the lowest number."
grain = ["record_id", "kind"]

[params.link_within_h]
type = "integer"
unit = "hours"
default = 24
min = 0
why = "The longest time between two records over which one identity carries a number from one to the other."

[columns]
record_id = "VARCHAR"
kind = "VARCHAR"
e164 = "VARCHAR"
---*/
WITH identity_sighting AS (
    SELECT 'imsi' AS kind, imsi AS identity, record_id, at_utc, e164 FROM sighting
    UNION ALL
    SELECT 'imei' AS kind, s.imei14 AS identity, s.record_id, s.at_utc, s.e164
    FROM sighting AS s
    INNER JOIN imei_use AS u ON s.imei14 = u.imei14
    WHERE u.is_linkable
),

-- an identity that always or never shows a number has no number to pass on
mixed_sighting AS (
    SELECT k.*
    FROM identity_sighting AS k
    INNER JOIN (
        SELECT kind, identity FROM identity_sighting GROUP BY kind, identity HAVING COUNT(e164) > 0 AND COUNT(e164) < COUNT(*)
    ) AS mixed ON k.kind = mixed.kind AND k.identity = mixed.identity
),

numbered_sighting AS (
    SELECT kind, identity, at_utc, MIN(e164) AS e164
    FROM mixed_sighting
    GROUP BY kind, identity, at_utc
),

sighting_with_neighbours AS (
    SELECT
        kind, identity, record_id, at_utc, e164,
        MAX(CASE WHEN e164 IS NOT NULL THEN at_utc END) OVER (PARTITION BY kind, identity ORDER BY at_utc) AS before_utc,
        MIN(CASE WHEN e164 IS NOT NULL THEN at_utc END) OVER (PARTITION BY kind, identity ORDER BY at_utc DESC) AS after_utc
    FROM mixed_sighting
),

candidate_number AS (
    SELECT
        p.record_id, p.kind,
        b.e164 AS before_e164, elapsed_ms(p.before_utc, p.at_utc) AS before_ms,
        a.e164 AS after_e164, elapsed_ms(p.at_utc, p.after_utc) AS after_ms
    FROM sighting_with_neighbours AS p
    LEFT JOIN numbered_sighting AS b
        ON
            p.kind = b.kind AND p.identity = b.identity AND p.before_utc = b.at_utc
            AND elapsed_ms(p.before_utc, p.at_utc) <= $link_within_h * 3600000
    LEFT JOIN numbered_sighting AS a
        ON
            p.kind = a.kind AND p.identity = a.identity AND p.after_utc = a.at_utc
            AND elapsed_ms(p.at_utc, p.after_utc) <= $link_within_h * 3600000
    WHERE p.e164 IS NULL
)

SELECT
    record_id,
    kind,
    CASE
        WHEN before_ms < after_ms THEN before_e164
        WHEN after_ms < before_ms THEN after_e164
        ELSE LEAST(before_e164, after_e164)
    END AS e164
FROM candidate_number
WHERE before_e164 IS NOT NULL OR after_e164 IS NOT NULL
ORDER BY record_id, kind
