/*---
id = "blind_log"
title = "Attempts logs without a single unanswered record"
why = "A log is everything that one element of one network wrote, in all its files and sources: cutting a log into parts changes nothing. Where records name no element, the source takes its place."
grain = ["network", "element", "source"]

[params.blind_min_records]
type = "integer"
unit = "records"
default = 20
min = 1
why = "A log with fewer records may hold no unanswered call by chance."

[columns]
network = "VARCHAR"
element = "VARCHAR"
source = "VARCHAR"
records = "BIGINT"
---*/
WITH log_volume AS (
    SELECT
        COALESCE(v.network, '') AS network,
        COALESCE(v.element, '') AS element,
        CASE WHEN v.element IS NULL THEN s.path ELSE '' END AS source,
        v.is_answered,
        v.records
    FROM volume AS v
    INNER JOIN file AS f ON v.file_no = f.file_no AND f.status = 'loaded'
    INNER JOIN source AS s ON f.source_no = s.source_no
)

SELECT network, element, source, CAST(SUM(records) AS BIGINT) AS records
FROM log_volume
GROUP BY network, element, source
HAVING SUM(CASE WHEN is_answered THEN 0 ELSE records END) = 0 AND SUM(records) >= $blind_min_records
ORDER BY network, element, source
