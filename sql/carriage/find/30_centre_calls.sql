/*---
title = "Centre records"
gives = { centre_calls = "record_id" }

[columns]
presented_at_utc = "TIMESTAMP"
record_id = "VARCHAR"
centre_call_id = "VARCHAR"
log = "VARCHAR"
network = "VARCHAR"
bucket = "VARCHAR"
attempt_id = "VARCHAR"
disposition = "VARCHAR"
is_answered = "BOOLEAN"
transferred_to = "VARCHAR"
caller_id = "VARCHAR"
caller_alias = "VARCHAR"

[params.names]
type = "texts"
unit = ""
default = 0
why = "every caller_id, number, IMSI and IMEI that the typed text may mean; null where nothing was typed"

[params.ids]
type = "texts"
unit = ""
default = 0
why = "the id that was typed; null where none was typed"

[params.attempts]
type = "texts"
unit = ""
default = 0
why = "ids of the attempts found"

[params.callers]
type = "texts"
unit = ""
default = 0
why = "their callers"
---*/
SELECT
    presented_at_utc, record_id, centre_call_id, log, network, bucket, attempt_id, disposition, is_answered, transferred_to,
    c.caller_id, n.caller_alias
FROM centre_call AS c LEFT JOIN caller_alias AS n ON c.caller_id = n.caller_id
WHERE
    LIST_CONTAINS($attempts, attempt_id) OR LIST_CONTAINS($callers, c.caller_id)
    OR ($ids IS NOT NULL AND LIST_HAS_ANY($ids, [centre_call_id, record_id, n.caller_alias]))
    OR ($names IS NOT NULL AND LIST_HAS_ANY($names, [c.caller_id, e164, imsi, imei14]))
ORDER BY presented_at_utc, record_id
