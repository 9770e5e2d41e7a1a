/*---
id = "border_outcome"
title = "Outcome of captured calls whose answer is in another file"
why = "The end of a file must not change the outcome of a call. A capture record without a final answer takes the answer, refusal or cancel with its own Call-ID that no INVITE of that message's file explains, within the time in which one Call-ID means one attempt. The message nearest to the caller goes first; an answer goes before a refusal (contract 3.2)."
grain = ["record_id"]
passing = true

[params.call_id_within_s]
type = "integer"
unit = "s"
default = 120
min = 0
why = "How long after its first record a call id still means the same attempt."

[columns]
record_id = "VARCHAR"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
release_cause = "INTEGER"
sip_status = "INTEGER"
---*/
WITH capture_record AS (
    SELECT
        r.record_id, r.call_id, r.started_at_utc, r.answered_at_utc, r.released_at_utc, r.release_cause, r.sip_status,
        r.answered_at_utc IS NULL AND COALESCE(NOT s.is_final, TRUE) AS is_open,
        LEAD(r.started_at_utc) OVER (PARTITION BY r.call_id ORDER BY r.started_at_utc, r.record_id) AS next_utc
    FROM attempt_record AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    LEFT JOIN sip_status AS s ON r.sip_status = s.code
    WHERE f.format = 'capture'
),

later_message AS (
    SELECT b.record_id, b.is_open, l.at_utc, l.kind, l.sip_status, l.release_cause, l.vias
    FROM capture_record AS b
    INNER JOIN loose_answer AS l ON b.call_id = l.call_id
    WHERE
        l.at_utc >= b.started_at_utc
        AND (b.next_utc IS NULL OR l.at_utc < b.next_utc)
        AND (l.kind = 'bye' OR elapsed_ms(b.started_at_utc, l.at_utc) <= $call_id_within_s * 1000)
),

-- a response that is sent again counts once, at its first time
distinct_answer AS (
    SELECT record_id, vias, kind, sip_status, MIN(at_utc) AS at_utc, MAX(release_cause) AS release_cause
    FROM later_message
    WHERE is_open AND kind IN ('answered', 'final')
    GROUP BY record_id, vias, kind, sip_status
),

final_answer AS (
    SELECT
        record_id, at_utc, kind, sip_status, release_cause,
        ROW_NUMBER() OVER (PARTITION BY record_id ORDER BY vias ASC, kind ASC, at_utc DESC, sip_status DESC) AS place
    FROM distinct_answer
),

caller_end AS (
    SELECT
        record_id,
        MIN(CASE WHEN kind = 'cancel' THEN at_utc END) AS cancelled_utc,
        MIN(CASE WHEN kind = 'bye' THEN at_utc END) AS bye_utc,
        MAX(CASE WHEN kind = 'cancel' THEN release_cause END) AS cancel_cause,
        MAX(CASE WHEN kind = 'bye' THEN release_cause END) AS bye_cause
    FROM later_message
    GROUP BY record_id
),

completed_record AS (
    SELECT
        b.record_id,
        b.is_open,
        COALESCE(b.answered_at_utc, CASE WHEN f.kind = 'answered' THEN f.at_utc END) AS answered_at_utc,
        COALESCE(f.sip_status, b.sip_status) AS sip_status,
        b.released_at_utc, b.release_cause,
        CASE WHEN f.kind = 'final' THEN f.at_utc END AS refused_utc,
        f.release_cause AS final_cause,
        f.record_id IS NOT NULL AS is_final,
        CASE WHEN b.is_open THEN e.cancelled_utc END AS cancelled_utc,
        e.bye_utc, e.cancel_cause, e.bye_cause
    FROM capture_record AS b
    LEFT JOIN final_answer AS f ON b.record_id = f.record_id AND f.place = 1
    INNER JOIN caller_end AS e ON b.record_id = e.record_id
)

SELECT
    record_id,
    answered_at_utc,
    CASE
        WHEN answered_at_utc IS NOT NULL THEN COALESCE(released_at_utc, bye_utc)
        ELSE COALESCE(released_at_utc, LEAST(cancelled_utc, refused_utc, bye_utc))
    END AS released_at_utc,
    CASE
        WHEN answered_at_utc IS NOT NULL THEN COALESCE(release_cause, bye_cause)
        ELSE COALESCE(release_cause, final_cause, cancel_cause, bye_cause)
    END AS release_cause,
    sip_status
FROM completed_record
WHERE
    is_final
    OR cancelled_utc IS NOT NULL
    OR (released_at_utc IS NULL AND bye_utc IS NOT NULL)
ORDER BY record_id
