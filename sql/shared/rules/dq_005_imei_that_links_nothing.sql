/*---
id = "DQ-005"
title = "Device identity that is shared or a placeholder"
severity = "medium"
why = "An IMEI seen with more than two numbers or subscriptions, or a placeholder, does not show who called. It links no attempts to a caller."
false_positives = ["The device is a gateway or a family's spare phone."]
grain = ["imei14"]

[columns]
imei14 = "VARCHAR"
numbers = { type = "BIGINT", is = "numbers seen with it", privacy = "public", unit = "numbers" }
imsis = { type = "BIGINT", is = "IMSIs seen with it", privacy = "public", unit = "IMSIs" }
is_placeholder = { type = "BOOLEAN", is = "no real IMEI: all one digit, or a known placeholder", privacy = "public" }
---*/
SELECT imei14, numbers, imsis, is_placeholder
FROM imei_use
WHERE NOT is_linkable
ORDER BY imei14
