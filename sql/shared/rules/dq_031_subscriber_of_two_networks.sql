/*---
id = "DQ-031"
title = "Subscriber listed with two networks"
severity = "low"
why = "The lists of subscribers give one number or IMSI two networks. Its calls count in an outage of either of them. If one of the two is out of date or another name of the same network, the outage may have too many calls."
false_positives = ["The number moved to another network, and both lists are right at their time.", "The subscriber has a line on each network."]
grain = ["kind", "identity"]

[columns]
kind = { type = "VARCHAR", is = "what the subscriber is found by: number or imsi" }
identity = { type = "VARCHAR", is = "number in E.164, or IMSI, by which the subscriber is found", privacy = "person", as = "caller" }
networks = { type = "BIGINT", is = "networks it is listed with", privacy = "public", unit = "networks" }
first_network = { type = "VARCHAR", is = "the first of them by name", privacy = "public", as = "id" }
last_network = { type = "VARCHAR", is = "the last of them by name", privacy = "public", as = "id" }
---*/
SELECT kind, identity, COUNT(DISTINCT network) AS networks, MIN(network) AS first_network, MAX(network) AS last_network
FROM subscriber_identity
GROUP BY kind, identity
HAVING COUNT(DISTINCT network) > 1
ORDER BY kind, identity
