/*---
id = "party"
title = "The caller of each record, and what identifies the caller"
why = "The first of these that is known: the number; the number that its IMSI carries; the number that its IMEI carries; the IMSI; the IMEI. Without any of them the record has a caller of its own (contract 3.5)."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
role = "VARCHAR"
at_utc = "TIMESTAMP"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
---*/
WITH sighting_with_links AS (
    SELECT
        s.record_id, s.role, s.at_utc, s.e164, s.imsi, s.imei14,
        i.e164 AS imsi_e164,
        e.e164 AS imei_e164,
        CASE WHEN u.is_linkable THEN s.imei14 END AS own_imei14
    FROM sighting AS s
    LEFT JOIN identity_link AS i ON s.record_id = i.record_id AND i.kind = 'imsi'
    LEFT JOIN identity_link AS e ON s.record_id = e.record_id AND e.kind = 'imei'
    LEFT JOIN imei_use AS u ON s.imei14 = u.imei14
)

SELECT
    record_id,
    role,
    at_utc,
    e164,
    imsi,
    imei14,
    COALESCE(e164, imsi_e164, imei_e164, 'imsi:' || imsi, 'imei:' || own_imei14, 'record:' || record_id) AS caller_id,
    CASE
        WHEN e164 IS NOT NULL THEN 'number'
        WHEN imsi_e164 IS NOT NULL THEN 'imsi_link'
        WHEN imei_e164 IS NOT NULL THEN 'imei_link'
        WHEN imsi IS NOT NULL THEN 'imsi'
        WHEN own_imei14 IS NOT NULL THEN 'imei'
        ELSE 'own'
    END AS caller_basis
FROM sighting_with_links
ORDER BY record_id
