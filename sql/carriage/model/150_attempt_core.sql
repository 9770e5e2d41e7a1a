/*---
id = "attempt_core"
title = "One row an attempt, put together from its legs"
why = "An attempt has the earliest start, the latest release, the best outcome, the best identified caller and its earliest leg's network. Final cause, status and word come from the leg released last. It is a test if any leg is one (contract 3.2). Of legs released at one instant the highest element goes first, then the highest sequence, the better outcome, the lower status."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
attempt_no = "BIGINT"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
started_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
hour_utc = "TIMESTAMP"
dialled = "VARCHAR"
service_category = "INTEGER"
access = "VARCHAR"
cell_id = "VARCHAR"
route = "VARCHAR"
release_cause = "INTEGER"
sip_status = "INTEGER"
release_location = "VARCHAR"
disposition = "VARCHAR"
outcome = "VARCHAR"
is_test = "BOOLEAN"
test_reason = "VARCHAR"
legs = "BIGINT"
final_record_id = "VARCHAR"
---*/
WITH ranked_leg AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY attempt_id ORDER BY started_at_utc, network NULLS LAST, element NULLS LAST, record_id
        ) AS first_place,
        ROW_NUMBER() OVER (
            PARTITION BY attempt_id
            ORDER BY
                ended_at_utc DESC, element DESC NULLS LAST, sequence DESC NULLS LAST, outcome_rank ASC,
                sip_status ASC NULLS LAST, release_cause ASC NULLS LAST, disposition ASC NULLS LAST,
                release_location ASC NULLS LAST, record_id ASC
        ) AS last_place,
        ROW_NUMBER() OVER (PARTITION BY attempt_id ORDER BY caller_rank, started_at_utc, caller_id, record_id) AS caller_place
    FROM attempt_part
    WHERE legs > 1
),

merged_attempt AS (
    SELECT
        attempt_id,
        MAX(CASE WHEN caller_place = 1 THEN caller_id END) AS caller_id,
        MAX(CASE WHEN caller_place = 1 THEN caller_basis END) AS caller_basis,
        MAX(CASE WHEN caller_place = 1 THEN e164 END) AS e164,
        COALESCE(MAX(CASE WHEN caller_place = 1 THEN imsi END), MIN(imsi)) AS imsi,
        COALESCE(MAX(CASE WHEN caller_place = 1 THEN imei14 END), MIN(imei14)) AS imei14,
        MAX(CASE WHEN first_place = 1 THEN network END) AS network,
        MAX(CASE WHEN first_place = 1 THEN element END) AS element,
        MIN(started_at_utc) AS started_at_utc,
        MIN(answered_at_utc) AS answered_at_utc,
        MAX(released_at_utc) AS released_at_utc,
        COALESCE(MAX(CASE WHEN first_place = 1 THEN dialled END), MIN(dialled)) AS dialled,
        COALESCE(MAX(CASE WHEN first_place = 1 THEN service_category END), MIN(service_category)) AS service_category,
        COALESCE(MAX(CASE WHEN first_place = 1 THEN access END), MIN(access)) AS access,
        COALESCE(MAX(CASE WHEN first_place = 1 THEN cell_id END), MIN(cell_id)) AS cell_id,
        COALESCE(MAX(CASE WHEN first_place = 1 THEN route END), MIN(route)) AS route,
        MAX(CASE WHEN last_place = 1 THEN release_cause END) AS release_cause,
        MAX(CASE WHEN last_place = 1 THEN sip_status END) AS sip_status,
        MAX(CASE WHEN last_place = 1 THEN release_location END) AS release_location,
        MAX(CASE WHEN last_place = 1 THEN disposition END) AS disposition,
        MAX(CASE WHEN last_place = 1 THEN record_id END) AS final_record_id,
        MIN(outcome_rank) AS outcome_rank,
        MIN(test_rank) AS test_rank,
        MAX(legs) AS legs
    FROM ranked_leg
    GROUP BY attempt_id
),

all_attempt AS (
    SELECT * FROM merged_attempt
    UNION ALL
    SELECT
        attempt_id, caller_id, caller_basis, e164, imsi, imei14, network, element, started_at_utc, answered_at_utc, released_at_utc,
        dialled, service_category, access, cell_id, route, release_cause, sip_status, release_location, disposition,
        record_id AS final_record_id, outcome_rank, test_rank, legs
    FROM attempt_part
    WHERE legs = 1
)

-- attempt_no orders attempts by their content: the place of a record in a file never breaks a tie
SELECT
    attempt_id,
    ROW_NUMBER() OVER (
        ORDER BY
            started_at_utc, caller_id, network NULLS LAST, element NULLS LAST, released_at_utc NULLS LAST, sip_status NULLS LAST,
            release_cause NULLS LAST, disposition NULLS LAST, answered_at_utc NULLS LAST, dialled NULLS LAST,
            route NULLS LAST, cell_id NULLS LAST, attempt_id
    ) AS attempt_no,
    caller_id, caller_basis, e164, imsi, imei14, network, element, started_at_utc, answered_at_utc, released_at_utc,
    DATE_TRUNC('hour', started_at_utc) AS hour_utc,
    dialled, service_category, access, cell_id, route, release_cause, sip_status, release_location, disposition,
    CASE outcome_rank WHEN 1 THEN 'answered' WHEN 2 THEN 'ringing' WHEN 3 THEN 'refused' ELSE 'lost' END AS outcome,
    test_rank IS NOT NULL AS is_test,
    CASE test_rank
        WHEN 1 THEN 'marked_as_test' WHEN 2 THEN 'test_urn_dialled' WHEN 3 THEN 'test_number_dialled' WHEN 4 THEN 'test_caller'
    END AS test_reason,
    legs,
    final_record_id
FROM all_attempt
ORDER BY attempt_id
