/*---
title = "Attempts"
gives = { attempts = "attempt_id", episodes = "episode_id", callers = "caller_id" }

[columns]
started_at_utc = "TIMESTAMP"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
caller_alias = "VARCHAR"
network = "VARCHAR"
cell_id = "VARCHAR"
region = "VARCHAR"
state = "VARCHAR"
basis = "VARCHAR"
outcome = "VARCHAR"
release_cause = "INTEGER"
sip_status = "INTEGER"
match_kind = "VARCHAR"
centre_record_id = "VARCHAR"
episode_id = "VARCHAR"

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

[params.cell_ids]
type = "texts"
unit = ""
default = 0
why = "the cell, and the token that a snapshot shows instead; null where no cell was given"

[params.from_utc]
type = "time"
unit = ""
default = 0
why = "first instant; null where no time was given"

[params.to_utc]
type = "time"
unit = ""
default = 0
why = "last instant"

[params.most]
type = "integer"
unit = ""
default = 0
why = "rows at most"
---*/
SELECT
    started_at_utc, attempt_id, a.caller_id, n.caller_alias, network, cell_id, region, state, basis, outcome, release_cause, sip_status,
    match_kind, centre_record_id, episode_id
FROM attempt AS a LEFT JOIN caller_alias AS n ON a.caller_id = n.caller_id
WHERE
    ($names IS NULL OR LIST_HAS_ANY($names, [a.caller_id, e164, imsi, imei14]))
    AND (
        $ids IS NULL OR LIST_HAS_ANY($ids, [attempt_id, a.caller_id, n.caller_alias, episode_id, centre_record_id])
        OR EXISTS (
            SELECT 1 FROM attempt_leg AS l INNER JOIN attempt_record AS r ON l.record_id = r.record_id
            WHERE l.attempt_id = a.attempt_id AND (LIST_CONTAINS($ids, r.record_id) OR LIST_CONTAINS($ids, r.call_id))
        )
        OR EXISTS (SELECT 1 FROM centre_call AS c WHERE c.attempt_id = a.attempt_id AND LIST_CONTAINS($ids, c.centre_call_id))
        OR EXISTS (SELECT 1 FROM welfare_check AS w WHERE w.caller_id = a.caller_id AND LIST_HAS_ANY($ids, [w.check_id, w.record_id]))
    )
    AND ($cell_ids IS NULL OR LIST_CONTAINS($cell_ids, cell_id))
    AND ($from_utc IS NULL OR started_at_utc BETWEEN $from_utc AND $to_utc)
ORDER BY started_at_utc, attempt_id
LIMIT $most
