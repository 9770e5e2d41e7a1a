/*---
id = "DQ-008"
title = "Disposition and answer time contradict each other"
severity = "medium"
why = "The centre's disposition decides whether a call was answered. Here its answer time contradicts it."
false_positives = ["The log writes an answer time when a recording answers."]
grain = ["record_id"]
requires = ["centre"]

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
disposition = "VARCHAR"
answered_at_utc = "TIMESTAMP"
conflict = { type = "VARCHAR", is = "answered_without_time or time_without_answer", privacy = "public" }
---*/
SELECT
    c.record_id,
    c.log,
    c.centre_call_id,
    c.presented_at_utc,
    c.disposition,
    c.answered_at_utc,
    CASE WHEN d.is_answer THEN 'answered_without_time' ELSE 'time_without_answer' END AS conflict
FROM centre_call AS c
INNER JOIN centre_disposition AS d ON c.disposition = d.word
WHERE
    c.bucket <> 'duplicate_record'
    AND (
        (NOT d.is_answer AND c.answered_at_utc IS NOT NULL)
        OR (
            d.is_answer
            AND c.answered_at_utc IS NULL
            -- only logs that write answer times
            AND EXISTS (SELECT 1 FROM centre_call AS o WHERE o.log = c.log AND o.answered_at_utc IS NOT NULL)
        )
    )
ORDER BY c.record_id
