/*---
id = "DQ-017"
title = "The centre's log is silent inside an outage"
severity = "high"
why = "A log without a record for longer than the limit vouches for nothing in between: attempts of that time cannot be called failed on its word."
false_positives = ["A quiet night at a small centre: raise coverage_gap_s if the centre's log is known to be whole."]
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
