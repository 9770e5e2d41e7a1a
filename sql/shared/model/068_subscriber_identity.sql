/*---
id = "subscriber_identity"
title = "Each line of a subscribers' list under the number and under the IMSI by which the subscriber is found"
why = "A subscriber may be listed several times: by two systems, or after a change of network or of contact number. All lines count where any of them decides: the networks for an outage, the contact numbers for a check (contract 3.11)."
grain = ["kind", "record_id"]

[columns]
kind = "VARCHAR"
record_id = { type = "VARCHAR", joins = "subscriber.record_id" }
identity = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
contact_e164 = { type = "VARCHAR", is = "contact number of this line, in E.164", privacy = "person", as = "number" }
e164 = { type = "VARCHAR", is = "the subscriber's own number on this line, in E.164" }
---*/
WITH subscriber_number AS (
    SELECT s.record_id, s.network, s.region, n.e164, c.e164 AS contact_e164, TRANSLATE(s.imsi, ' -', '') AS imsi
    FROM subscriber AS s
    LEFT JOIN number AS n ON s.calling_number = n.number_text
    LEFT JOIN number AS c ON s.contact_number = c.number_text
),

identified_line AS (
    SELECT 'number' AS kind, record_id, e164 AS identity, network, region, contact_e164, e164
    FROM subscriber_number
    WHERE e164 IS NOT NULL
    UNION ALL
    SELECT 'imsi' AS kind, record_id, imsi AS identity, network, region, contact_e164, e164
    FROM subscriber_number
    WHERE imsi IS NOT NULL
)

SELECT kind, record_id, identity, network, region, contact_e164, e164
FROM identified_line
ORDER BY kind, record_id
