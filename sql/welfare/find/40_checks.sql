/*---
title = "Welfare checks"
gives = { checks = "record_id" }

[columns]
attempted_at_utc = "TIMESTAMP"
record_id = "VARCHAR"
check_id = "VARCHAR"
method = "VARCHAR"
outcome = "VARCHAR"
bucket = "VARCHAR"
episode_id = "VARCHAR"
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

[params.callers]
type = "texts"
unit = ""
default = 0
why = "their callers"
---*/
SELECT attempted_at_utc, record_id, check_id, method, outcome, bucket, episode_id, w.caller_id, n.caller_alias
FROM welfare_check AS w LEFT JOIN caller_alias AS n ON w.caller_id = n.caller_id
WHERE
    LIST_CONTAINS($callers, w.caller_id) OR ($ids IS NOT NULL AND LIST_HAS_ANY($ids, [check_id, record_id, n.caller_alias]))
    OR ($names IS NOT NULL AND LIST_CONTAINS($names, w.caller_id))
ORDER BY attempted_at_utc, record_id
