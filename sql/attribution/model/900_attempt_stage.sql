/*---
id = "attempt_stage"
title = "How far each failed attempt came, and each that arrived and was refused or rang out"
why = "The first that applies (contract 5.2): the centre's word, the caller's own release, where the release began, an attempt with a route of which a centre log that covers its time has no record, a final status without a route. What the platform refused is a failure here, though it arrived."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
stage = "VARCHAR"
rests_on = { type = "VARCHAR", is = "what the stage rests on: centre_record, caller_release, release_location, no_arrival, final_status or nothing", privacy = "public" }
stage_record_id = { type = "VARCHAR", is = "the record that the stage rests on, of the centre or of the leg released last", privacy = "public", as = "record" }
is_failure = { type = "BOOLEAN", is = "counts as failed in an attribution: failed, or refused by the platform", privacy = "public" }
---*/
WITH shown AS (
    SELECT
        a.attempt_id,
        a.state,
        a.centre_record_id,
        a.final_record_id,
        CASE WHEN a.state = 'delivered' THEN d.stage END AS centre_stage,
        t.is_caller_release OR (a.outcome <> 'answered' AND q.is_caller_release) OR w.is_caller_release AS is_let_go,
        l.stage AS location_stage,
        a.is_covered AND a.match_kind IS NULL AND a.route IS NOT NULL AS is_lost,
        (a.sip_status IS NOT NULL OR a.release_cause IS NOT NULL) AND a.route IS NULL AS is_refused
    FROM attempt AS a
    LEFT JOIN centre_call AS c ON a.centre_record_id = c.record_id
    LEFT JOIN centre_disposition AS d ON c.disposition = d.word
    LEFT JOIN sip_status AS t ON a.sip_status = t.code
    LEFT JOIN cause_code AS q ON a.release_cause = q.code
    LEFT JOIN attempt_disposition AS w ON a.disposition = w.word
    LEFT JOIN release_location AS l ON a.release_location = l.word
    WHERE a.state = 'failed' OR (a.state = 'delivered' AND d.stage IS NOT NULL)
),

based AS (
    SELECT
        *,
        CASE
            WHEN centre_stage IS NOT NULL THEN 'centre_record'
            WHEN is_let_go THEN 'caller_release'
            WHEN location_stage IS NOT NULL THEN 'release_location'
            WHEN is_lost THEN 'no_arrival'
            WHEN is_refused THEN 'final_status'
            ELSE 'nothing'
        END AS rests_on
    FROM shown
)

SELECT
    attempt_id,
    CASE rests_on
        WHEN 'centre_record' THEN centre_stage
        WHEN 'caller_release' THEN 'cut_by_caller'
        WHEN 'release_location' THEN location_stage
        WHEN 'no_arrival' THEN 'lost_on_path'
        WHEN 'final_status' THEN 'refused_by_own'
        ELSE 'not_known'
    END AS stage,
    rests_on,
    CASE WHEN rests_on = 'centre_record' THEN centre_record_id ELSE final_record_id END AS stage_record_id,
    state = 'failed' OR centre_stage = 'refused_by_platform' AS is_failure
FROM based
ORDER BY attempt_id
