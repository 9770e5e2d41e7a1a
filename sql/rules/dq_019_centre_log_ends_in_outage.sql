/*---
id = "DQ-019"
title = "The centre's log does not span the outage"
severity = "high"
why = "Part of the outage lies before the log's first moment or after its last: attempts of that part stay undetermined for want of evidence."
false_positives = ["Another centre's log spans it."]
grain = ["log", "outage_id"]
requires = ["centre"]

[columns]
log = "VARCHAR"
outage_id = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
starts_at_utc = "TIMESTAMP"
ends_at_utc = "TIMESTAMP"
---*/
SELECT s.log, o.outage_id, s.from_utc, s.to_utc, o.starts_at_utc, o.ends_at_utc
FROM log_span AS s
CROSS JOIN outage AS o
WHERE s.from_utc > o.starts_at_utc OR s.to_utc < o.ends_at_utc
ORDER BY s.log, o.outage_id
