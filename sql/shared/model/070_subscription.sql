/*---
id = "subscription"
title = "One row for each number and IMSI of a subscriber: network, region, and the number on which the subscriber can be rung"
why = "A check is due for a subscriber of an affected network wherever the phone was. The subscriber may be rung on a contact number (contract 3.11)."
grain = ["kind", "identity"]

[columns]
kind = "VARCHAR"
identity = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
contact_e164 = "VARCHAR"
---*/
WITH subscriber_number AS (
    SELECT
        s.record_id, s.network, s.region, n.e164,
        TRANSLATE(s.imsi, ' -', '') AS imsi,
        COALESCE(c.e164, n.e164) AS contact_e164,
        CASE WHEN c.e164 IS NULL THEN 1 ELSE 0 END AS lacks_contact
    FROM subscriber AS s
    LEFT JOIN number AS n ON s.calling_number = n.number_text
    LEFT JOIN number AS c ON s.contact_number = c.number_text
),

subscriber_identity AS (
    SELECT 'number' AS kind, e164 AS identity, network, region, contact_e164, lacks_contact, record_id
    FROM subscriber_number
    WHERE e164 IS NOT NULL
    UNION ALL
    SELECT 'imsi' AS kind, imsi AS identity, network, region, contact_e164, lacks_contact, record_id
    FROM subscriber_number
    WHERE imsi IS NOT NULL
),

ranked_identity AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY kind, identity ORDER BY lacks_contact, network NULLS LAST, region NULLS LAST, record_id) AS place
    FROM subscriber_identity
)

SELECT kind, identity, network, region, contact_e164
FROM ranked_identity
WHERE place = 1
ORDER BY kind, identity
