/*---
id = "attempt_read"
title = "Each attempts record with usable times, and its outcome in its own log"
why = "A release or an answer before the start is ignored: it satisfies no condition (contract 2). The outcome of a leg is the first that fits: answered (an answer time or that word), ringing (180 or 183), refused (a status from 400 or a cause), lost. A provisional status is not final; 401 and 407 are not final either (contract 3.2)."
grain = ["record_id"]
passing = true

[columns]
record_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
ended_at_utc = "TIMESTAMP"
release_cause = "INTEGER"
sip_status = "INTEGER"
outcome_rank = "INTEGER"
---*/
WITH completed_record AS (
    SELECT
        r.record_id,
        r.started_at_utc,
        COALESCE(b.answered_at_utc, r.answered_at_utc) AS answered_at_utc,
        COALESCE(b.released_at_utc, r.released_at_utc) AS released_at_utc,
        COALESCE(b.sip_status, r.sip_status) AS sip_status,
        COALESCE(b.release_cause, r.release_cause) AS release_cause,
        r.disposition
    FROM attempt_record AS r
    LEFT JOIN border_outcome AS b ON r.record_id = b.record_id
),

record_in_order AS (
    SELECT
        record_id,
        started_at_utc,
        CASE WHEN answered_at_utc >= started_at_utc THEN answered_at_utc END AS answered_at_utc,
        CASE WHEN released_at_utc >= started_at_utc THEN released_at_utc END AS released_at_utc,
        sip_status,
        release_cause,
        disposition
    FROM completed_record
)

SELECT
    t.record_id,
    t.started_at_utc,
    t.answered_at_utc,
    t.released_at_utc,
    -- when the leg ended: its release; if unknown its answer; if unknown its start
    COALESCE(t.released_at_utc, t.answered_at_utc, t.started_at_utc) AS ended_at_utc,
    t.release_cause,
    CASE WHEN s.is_final THEN t.sip_status END AS sip_status,
    -- best first: answered, ringing, refused, lost
    CASE
        WHEN t.answered_at_utc IS NOT NULL OR d.is_answer THEN 1
        WHEN s.is_ringing THEN 2
        WHEN s.is_refusal OR t.release_cause IS NOT NULL THEN 3
        ELSE 4
    END AS outcome_rank
FROM record_in_order AS t
LEFT JOIN sip_status AS s ON t.sip_status = s.code
LEFT JOIN attempt_disposition AS d ON t.disposition = d.word
ORDER BY t.record_id
