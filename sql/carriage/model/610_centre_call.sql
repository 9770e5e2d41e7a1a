/*---
id = "centre_call"
title = "Each record of the service centre, in exactly one bucket"
why = "Duplicate record, test, matched or orphan (contract 3.13), with the attempt it was matched with, or the first episode whose caller it shows as reached."
grain = ["record_id"]

[columns]
record_id = { type = "VARCHAR", joins = "centre_record.record_id" }
log = "VARCHAR"
centre_call_id = "VARCHAR"
bucket = { type = "VARCHAR", is = "exactly one of duplicate_record, test, matched, orphan" }
attempt_id = { type = "VARCHAR", is = "the attempt it was matched with; see attempt" }
match_kind = "VARCHAR"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
network = { type = "VARCHAR", is = "network it came from" }
route = { type = "VARCHAR", is = "route it came in by" }
presented_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
disposition = "VARCHAR"
is_answered = { type = "BOOLEAN", is = "answered by the centre, by its disposition, else its answer time" }
transferred_to = "VARCHAR"
transferred_at_utc = "TIMESTAMP"
location_received = "BOOLEAN"
callback_received = "BOOLEAN"
has_transfer = { type = "BOOLEAN", is = "its source has a column for the hand-over", privacy = "public" }
has_location = { type = "BOOLEAN", is = "its source has the column location_received", privacy = "public" }
has_callback = { type = "BOOLEAN", is = "its source has the column callback_received", privacy = "public" }
rescued_episode_id = "VARCHAR"
---*/
SELECT
    r.record_id, r.log, r.centre_call_id,
    CASE
        WHEN c.is_duplicate THEN 'duplicate_record'
        WHEN c.is_test THEN 'test'
        WHEN m.record_id IS NOT NULL THEN 'matched'
        ELSE 'orphan'
    END AS bucket,
    m.attempt_id, m.match_kind, c.caller_id, c.caller_basis, c.e164, c.imsi, c.imei14, r.network, r.route,
    r.presented_at_utc, r.answered_at_utc, r.released_at_utc, r.disposition,
    c.is_answered,
    r.transferred_to, r.transferred_at_utc, r.location_received, r.callback_received,
    STRPOS(',' || f.columns_present || ',', ',transferred_to,') > 0
    OR STRPOS(',' || f.columns_present || ',', ',transferred_at,') > 0 AS has_transfer,
    STRPOS(',' || f.columns_present || ',', ',location_received,') > 0 AS has_location,
    STRPOS(',' || f.columns_present || ',', ',callback_received,') > 0 AS has_callback,
    x.episode_id AS rescued_episode_id
FROM centre_record AS r
INNER JOIN centre_core AS c ON r.record_id = c.record_id
INNER JOIN file AS f ON r.file_no = f.file_no
LEFT JOIN match AS m ON r.record_id = m.record_id
LEFT JOIN (SELECT record_id, MIN(episode_id) AS episode_id FROM rescue GROUP BY record_id) AS x ON r.record_id = x.record_id
ORDER BY r.record_id
