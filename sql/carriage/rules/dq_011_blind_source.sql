/*---
id = "DQ-011"
title = "Attempts log without a single unanswered record"
severity = "high"
clause = "records"
why = "In real traffic some calls are not answered. A log without an unanswered call was filtered, or its writer keeps answered calls only. Such a log cannot show a failure. A log is everything that one element wrote, in all its files and sources. Where records name no element, their source takes its place."
false_positives = ["The log is small. blind_min_records sets the size from which a log is judged."]
grain = ["network", "element", "source"]
requires = ["attempts"]

[columns]
network = "VARCHAR"
element = "VARCHAR"
source = { type = "VARCHAR", is = "source of the blind log", privacy = "public", as = "id" }
records = "BIGINT"
---*/
SELECT network, element, source, records
FROM blind_log
ORDER BY network, element, source
