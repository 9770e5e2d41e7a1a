/*---
id = "DQ-026"
title = "Log whose events have a wrong signature or none"
severity = "medium"
clause = "records"
why = "The events of this log come signed. Where a signature does not fit its event, the event was changed or signed with another key. Every event is counted all the same."
false_positives = ["A logging client sends a certificate that does not belong to its key.", "Events are signed by no one on purpose (alg none)."]
grain = ["file_no", "fault"]

[columns]
file_no = "INTEGER"
fault = { type = "VARCHAR", is = "absent or wrong", privacy = "public" }
path = "VARCHAR"
events = { type = "BIGINT", is = "events with that fault", privacy = "public" }
signed_events = { type = "BIGINT", is = "events that came as signed messages", privacy = "public" }
---*/
SELECT o.file_no, o.subject AS fault, f.path, o.found AS events, o.among AS signed_events
FROM observation AS o
INNER JOIN file AS f ON o.file_no = f.file_no
WHERE o.kind = 'signature'
ORDER BY o.file_no, fault
