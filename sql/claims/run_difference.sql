/*---
id = "run_difference"
title = "Attempts whose state differs between two runs"
why = "Attempts are the same if their ids are: content hash of the file, and line. If legs are joined or separated, an attempt of one run is a leg of another attempt in the other."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
state_before = "VARCHAR"
state_after = "VARCHAR"
match_before = "VARCHAR"
match_after = "VARCHAR"
---*/
SELECT
    COALESCE(a.attempt_id, b.attempt_id) AS attempt_id,
    COALESCE(b.caller_id, a.caller_id) AS caller_id,
    COALESCE(b.started_at_utc, a.started_at_utc) AS started_at_utc,
    a.state AS state_before,
    b.state AS state_after,
    a.centre_record_id AS match_before,
    b.centre_record_id AS match_after
FROM before_state AS a
FULL JOIN after_state AS b ON a.attempt_id = b.attempt_id
WHERE a.state IS DISTINCT FROM b.state
ORDER BY attempt_id
