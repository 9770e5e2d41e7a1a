/*---
id = "DQ-025"
title = "A log holds fewer records in an outage than it should: failures may be missing from it"
severity = "high"
clause = "records"
why = "When calls fail, callers try again, and records should rise. A log that holds no failures at all, or fewer records in the outage than in the same hours of any other week, has not logged what failed: the count of failures from it is a floor, and what is missing is a range."
false_positives = ["The network carried so few calls in these hours that a week without any is usual.", "A holiday."]
is_gap = true
grain = ["network", "outage_id", "call_kind"]
requires = ["attempts"]

[columns]
network = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage" }
call_kind = { type = "VARCHAR", is = "service: calls to the audited service; elsewhere: all others", privacy = "public" }
records = { type = "BIGINT", is = "records in whole hours of the outage" }
least = { type = "BIGINT", is = "least records in the same hours of another week", privacy = "public", unit = "records" }
most = { type = "BIGINT", is = "most records in the same hours of another week", privacy = "public", unit = "records" }
deficit_low = { type = "BIGINT", is = "records that are missing, at least", privacy = "public", unit = "records" }
deficit_high = { type = "BIGINT", is = "records that are missing, at most, as far as other weeks show", privacy = "public", unit = "records" }
---*/
SELECT network, outage_id, call_kind, records, least, most, deficit_low, deficit_high
FROM record_deficit
ORDER BY network, outage_id, call_kind
