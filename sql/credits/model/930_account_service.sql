/*---
id = "account_service"
title = "Each subscriber record of an account: the service it describes, and its class"
why = "A service is a number of an account; one that no plan reads is compared as it is written. Records of one service that name several classes count under the first by name. Only where the case declares a promise."
grain = ["record_id"]

[columns]
record_id = { type = "VARCHAR", joins = "subscriber.record_id" }
account_id = "VARCHAR"
service = { type = "VARCHAR", is = "number of the service in E.164, else as it is written", privacy = "person", as = "number" }
class = { type = "VARCHAR", is = "class of the service, in lower case; null where no record says", privacy = "public", as = "id" }
network = { type = "VARCHAR", is = "network of the subscription" }
region = { type = "VARCHAR", is = "region of the subscription" }
e164 = "VARCHAR"
imsi = "VARCHAR"
---*/
WITH subscribed_service AS (
    SELECT
        s.record_id, s.account_id, s.network, s.region, n.e164,
        COALESCE(n.e164, s.calling_number) AS service,
        NULLIF(LOWER(TRIM(s.class)), '') AS class,
        TRANSLATE(s.imsi, ' -', '') AS imsi
    FROM subscriber AS s
    LEFT JOIN number AS n ON s.calling_number = n.number_text
    WHERE s.account_id IS NOT NULL AND EXISTS (SELECT 1 FROM promise)
)

SELECT
    record_id, account_id, service,
    MIN(class) OVER (PARTITION BY account_id, service) AS class,
    network, region, e164, imsi
FROM subscribed_service
ORDER BY record_id
