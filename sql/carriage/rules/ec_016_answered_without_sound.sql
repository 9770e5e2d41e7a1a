/*---
id = "EC-016"
title = "Answered without sound"
severity = "high"
clause = "carriage"
why = "A call was answered, and the quality record of a phone in it says that not one packet of sound arrived there. The caller could not be heard, or could not hear: a failed call in substance."
false_positives = ["The call was put on hold or parked at once.", "The phone sent its quality record before the sound began."]
grain = ["record_id", "device"]

[columns]
record_id = "VARCHAR"
device = { type = "VARCHAR", is = "phone that received nothing", privacy = "place", as = "id" }
packets_sent = { type = "BIGINT", is = "packets that it sent", privacy = "public", unit = "packets" }
---*/
SELECT
    r.record_id,
    COALESCE(m.device, '') AS device,
    MAX(m.packets_sent) AS packets_sent
FROM attempt_record AS r
INNER JOIN media_report AS m ON r.call_id = m.call_id
WHERE r.answered_at_utc IS NOT NULL AND m.packets_received = 0
GROUP BY r.record_id, COALESCE(m.device, '')
ORDER BY r.record_id, device
