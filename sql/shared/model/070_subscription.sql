/*---
id = "subscription"
title = "One row for each number and IMSI of a subscriber: network, region, and the number on which the subscriber can be rung"
why = "What is shown of a subscriber. Of several lines for one subscriber each value is chosen by itself: a known one before none, then the lowest; a contact number before the subscriber's own. One line may know the network, and another the contact number (contract 3.11)."
grain = ["kind", "identity"]

[columns]
kind = "VARCHAR"
identity = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
contact_e164 = "VARCHAR"
---*/
SELECT
    kind,
    identity,
    MIN(network) AS network,
    MIN(region) AS region,
    COALESCE(MIN(contact_e164), MIN(e164)) AS contact_e164
FROM subscriber_identity
GROUP BY kind, identity
ORDER BY kind, identity
