/*---
id = "DQ-017"
title = "The centre's log is silent inside an outage"
severity = "high"
why = "A centre log without a record for longer than the limit does not cover that time. It cannot show that an attempt of that time failed."
false_positives = ["A quiet night at a small centre. Raise coverage_gap_s if the centre's log is known to be complete."]
is_gap = true
grain = ["log", "from_utc", "outage_id"]
requires = ["centre"]

[columns]
log = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
outage_id = "VARCHAR"
---*/
SELECT s.log, s.from_utc, s.to_utc, o.outage_id
FROM coverage_silence AS s
INNER JOIN outage AS o ON s.from_utc < o.ends_at_utc AND s.to_utc > o.starts_at_utc
ORDER BY s.log, s.from_utc, o.outage_id
