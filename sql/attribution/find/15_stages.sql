/*---
title = "How far failed attempts came"
why = "The stage of each, and the record that it rests on."
traced = true

[columns]
attempt_id = "VARCHAR"
how_far = { type = "VARCHAR", is = "how far the attempt came, in words", privacy = "public" }
shown_by = { type = "VARCHAR", is = "what shows it, in words", privacy = "public" }
stage_record_id = { type = "VARCHAR", is = "the record that it rests on", privacy = "public", as = "record" }

[params.attempts]
type = "texts"
unit = ""
default = 0
why = "ids of the attempts found"
---*/
SELECT
    a.attempt_id, f.title AS how_far,
    CASE a.rests_on
        WHEN 'centre_record' THEN 'a record of the centre'
        WHEN 'caller_release' THEN 'the release by the caller'
        WHEN 'release_location' THEN 'the place that released the call'
        WHEN 'no_arrival' THEN 'no record at a centre whose log covers it'
        WHEN 'final_status' THEN 'the final status of the call'
        ELSE 'no record'
    END AS shown_by,
    a.stage_record_id
FROM attempt_stage AS a
LEFT JOIN failure_stage AS f ON a.stage = f.stage
WHERE LIST_CONTAINS($attempts, a.attempt_id)
ORDER BY a.attempt_id
