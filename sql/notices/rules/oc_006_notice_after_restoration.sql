/*---
id = "OC-006"
title = "A notice of an outage that was over"
severity = "low"
clause = "outage_notice"
why = "A first notice or an update that is sent after restoration could help nobody; it may also show that the restoration is dated too early."
false_positives = ["A report that is due after the outage, logged as an update."]
grain = ["outage_id", "record_id"]
requires = ["notifications", "notices of a kind"]

[columns]
outage_id = "VARCHAR"
record_id = "VARCHAR"
audience = "VARCHAR"
kind = "VARCHAR"
restored_utc = { type = "TIMESTAMP", is = "when service was restored, as the case declares it" }
sent_at_utc = "TIMESTAMP"
---*/
SELECT n.outage_id, n.record_id, n.audience, n.kind, o.restored_utc, n.sent_at_utc
FROM outage_notice AS n
INNER JOIN outage_course AS o ON n.outage_id = o.outage_id
WHERE n.sent_at_utc > o.restored_utc AND COALESCE(n.kind, '') <> 'restored' AND n.is_before_next
ORDER BY n.outage_id, n.record_id
