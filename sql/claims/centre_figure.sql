/*---
id = "centre_figure"
title = "Any figure over the centre's records under any scope: the rows it counts"
why = "Calls that arrived and were not passed on, or without location, are failures too, on the other side of the centre's door."
grain = ["subject"]

[params.counted]
type = "text"
unit = "name"
default = "any"
why = "Which records: any, duplicate_record, test, matched, orphan, abandoned, not_transferred, no_location, no_callback."
[params.networks]
type = "list"
unit = "names"
default = ""
why = "Networks counted; none: all."
[params.start_utc]
type = "time"
unit = "UTC"
default = ""
why = "First instant counted; none: no bound."
[params.end_utc]
type = "time"
unit = "UTC"
default = ""
why = "First instant not counted any more; none: no bound."
[params.transferred]
type = "text"
unit = "switch"
default = "any"
why = "yes, no: only records of calls that were passed on to an emergency service, or were not."

[columns]
subject = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
weight = "BIGINT"
---*/
SELECT record_id AS subject, attempt_id, caller_id, presented_at_utc AS started_at_utc, CAST(1 AS BIGINT) AS weight
FROM centre_call
WHERE
    CASE
        WHEN $counted = 'any' THEN TRUE
        WHEN $counted IN ('duplicate_record', 'test', 'matched', 'orphan') THEN bucket = $counted
        WHEN bucket NOT IN ('matched', 'orphan') THEN FALSE
        WHEN $counted = 'abandoned' THEN COALESCE(disposition = 'abandoned', FALSE)
        WHEN $counted = 'not_transferred' THEN has_transfer AND transferred_to IS NULL AND transferred_at_utc IS NULL
        WHEN $counted = 'no_location' THEN has_location AND location_received IS NOT TRUE
        WHEN $counted = 'no_callback' THEN has_callback AND callback_received IS NOT TRUE
        ELSE FALSE
    END
    AND (CAST($networks AS VARCHAR[]) IS NULL OR LIST_CONTAINS(CAST($networks AS VARCHAR[]), COALESCE(network, '')))
    AND (CAST($start_utc AS TIMESTAMP) IS NULL OR presented_at_utc >= CAST($start_utc AS TIMESTAMP))
    AND (CAST($end_utc AS TIMESTAMP) IS NULL OR presented_at_utc < CAST($end_utc AS TIMESTAMP))
    AND (
        $transferred = 'any'
        OR has_transfer AND ($transferred = 'yes') = (transferred_to IS NOT NULL OR transferred_at_utc IS NOT NULL)
    )
