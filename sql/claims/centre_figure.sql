/*---
id = "centre_figure"
title = "Any figure over the centre's records under any scope: the rows it counts"
why = "A call that arrived at the centre and was not passed on, or came without location, is a failure on the centre's side. Every parameter is a list with one entry for each definition."
grain = ["definition_no", "subject"]

[params.counted]
type = "text"
unit = "name"
default = "any"
why = "Which records: any, duplicate_record, test, matched, orphan, abandoned, not_transferred, no_location, no_callback."
[params.networks]
type = "list"
unit = "names"
default = ""
why = "Networks counted. None: all."
[params.start_utc]
type = "time"
unit = "UTC"
default = ""
why = "First instant counted. None: no bound."
[params.end_utc]
type = "time"
unit = "UTC"
default = ""
why = "First instant that is no longer counted. None: no bound."
[params.transferred]
type = "text"
unit = "switch"
default = "any"
why = "yes, no: only records of calls that were passed on to an emergency service, or were not."

[columns]
definition_no = "BIGINT"
subject = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
weight = "BIGINT"
---*/
WITH asked_definition AS (
    SELECT
        UNNEST(RANGE(LEN(CAST($counted AS VARCHAR[])))) AS definition_no,
        UNNEST(CAST($counted AS VARCHAR[])) AS counted,
        UNNEST(CAST($networks AS VARCHAR[][])) AS networks,
        UNNEST(CAST($start_utc AS TIMESTAMP[])) AS start_utc,
        UNNEST(CAST($end_utc AS TIMESTAMP[])) AS end_utc,
        UNNEST(CAST($transferred AS VARCHAR[])) AS transferred
)

SELECT
    d.definition_no, c.record_id AS subject, c.attempt_id, c.caller_id, c.presented_at_utc AS started_at_utc, CAST(1 AS BIGINT) AS weight
FROM centre_call AS c
CROSS JOIN asked_definition AS d
LEFT JOIN centre_disposition AS w ON c.disposition = w.word
WHERE
    CASE
        WHEN d.counted = 'any' THEN TRUE
        WHEN d.counted IN ('duplicate_record', 'test', 'matched', 'orphan') THEN c.bucket = d.counted
        WHEN c.bucket NOT IN ('matched', 'orphan') THEN FALSE
        WHEN d.counted = 'abandoned' THEN COALESCE(w.is_abandonment, FALSE)
        WHEN d.counted = 'not_transferred' THEN c.has_transfer AND c.transferred_to IS NULL AND c.transferred_at_utc IS NULL
        WHEN d.counted = 'no_location' THEN c.has_location AND c.location_received IS NOT TRUE
        WHEN d.counted = 'no_callback' THEN c.has_callback AND c.callback_received IS NOT TRUE
        ELSE FALSE
    END
    AND (d.networks IS NULL OR LIST_CONTAINS(d.networks, COALESCE(c.network, '')))
    AND (d.start_utc IS NULL OR c.presented_at_utc >= d.start_utc)
    AND (d.end_utc IS NULL OR c.presented_at_utc < d.end_utc)
    AND (
        d.transferred = 'any'
        OR c.has_transfer AND (d.transferred = 'yes') = (c.transferred_to IS NOT NULL OR c.transferred_at_utc IS NOT NULL)
    )
