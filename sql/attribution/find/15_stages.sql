/*---
title = "How far failed attempts came"
why = "The stage of each, and the record that it rests on."
traced = true

[columns]
attempt_id = "VARCHAR"
stage = "VARCHAR"
rests_on = { type = "VARCHAR", is = "what the stage rests on", privacy = "public" }
stage_record_id = { type = "VARCHAR", is = "the record that it rests on", privacy = "public", as = "record" }

[params.attempts]
type = "texts"
unit = ""
default = 0
why = "ids of the attempts found"
---*/
SELECT attempt_id, stage, rests_on, stage_record_id
FROM attempt_stage
WHERE LIST_CONTAINS($attempts, attempt_id)
ORDER BY attempt_id
