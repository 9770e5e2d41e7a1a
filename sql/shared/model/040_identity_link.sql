/*---
id = "identity_link"
title = "For a record without a number: the number its IMSI, or its IMEI, carries nearest in time"
why = "A phone that camps on another network often shows no number there; the same IMSI or IMEI on another record does (contract 3.5). Nearest in time decides, then the lowest number."
grain = ["record_id", "kind"]

[params.link_within_h]
type = "integer"
unit = "hours"
default = 24
min = 0
why = "How far apart two records may lie for one identity to carry a number from one to the other."

[columns]
record_id = "VARCHAR"
kind = "VARCHAR"
e164 = "VARCHAR"
---*/
WITH keyed AS (
    SELECT 'imsi' AS kind, imsi AS identity, record_id, at_utc, e164 FROM sighting
    UNION ALL
    SELECT 'imei' AS kind, s.imei14 AS identity, s.record_id, s.at_utc, s.e164
    FROM sighting AS s
    INNER JOIN imei_use AS u ON s.imei14 = u.imei14
    WHERE u.is_linkable
),

-- an identity that always, or never, shows a number has none to carry
lacking AS (
    SELECT k.*
    FROM keyed AS k
    INNER JOIN (
        SELECT kind, identity FROM keyed GROUP BY kind, identity HAVING COUNT(e164) > 0 AND COUNT(e164) < COUNT(*)
    ) AS mixed ON k.kind = mixed.kind AND k.identity = mixed.identity
),

carried AS (
    SELECT kind, identity, at_utc, MIN(e164) AS e164
    FROM lacking
    GROUP BY kind, identity, at_utc
),

placed AS (
    SELECT
        kind, identity, record_id, at_utc, e164,
        MAX(CASE WHEN e164 IS NOT NULL THEN at_utc END) OVER (PARTITION BY kind, identity ORDER BY at_utc) AS before_utc,
        MIN(CASE WHEN e164 IS NOT NULL THEN at_utc END) OVER (PARTITION BY kind, identity ORDER BY at_utc DESC) AS after_utc
    FROM lacking
),

neighbours AS (
    SELECT
        p.record_id, p.kind,
        b.e164 AS before_e164, elapsed_ms(p.before_utc, p.at_utc) AS before_ms,
        a.e164 AS after_e164, elapsed_ms(p.at_utc, p.after_utc) AS after_ms
    FROM placed AS p
    LEFT JOIN carried AS b
        ON
            p.kind = b.kind AND p.identity = b.identity AND p.before_utc = b.at_utc
            AND elapsed_ms(p.before_utc, p.at_utc) <= $link_within_h * 3600000
    LEFT JOIN carried AS a
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
FROM neighbours
WHERE before_e164 IS NOT NULL OR after_e164 IS NOT NULL
ORDER BY record_id, kind
