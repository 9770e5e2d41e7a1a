/*---
id = "DQ-011"
title = "Attempts log without a single unanswered record"
severity = "high"
clause = "records"
why = "Calls that are not answered are a share of any real traffic. A log without one was filtered, or its writer keeps answered calls only, and cannot show a failure. A log is what one element wrote, in whatever files and sources it came: how it was cut shows nothing. Where records name no element, their source stands for it."
false_positives = ["A small log: blind_min_records says from how many records on a log is judged."]
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
