/*---
id = "leg_pair"
title = "Pairs of records that describe one attempt"
why = "Two records are one attempt in four cases (contract 2, 3.2). They share an id within its session, and their parties do not differ. They have one caller, start within 5 s on different elements and overlap (equal starts, or more than one instant in common). Neither has an id; party, dialled number, element and start are known and equal. They are the same record in two files."
grain = ["record_id", "other_id"]

[params.leg_within_s]
type = "integer"
unit = "s"
default = 5
min = 0
why = "How far apart two elements may log the start of one attempt."

[columns]
record_id = "VARCHAR"
other_id = "VARCHAR"
---*/
WITH leg AS (
    SELECT
        r.record_id, r.element, r.started_at_utc, t.released_at_utc,
        r.call_id IS NULL AND r.linked_call_id IS NULL AS lacks_id,
        LTRIM(LOWER(TRANSLATE(r.dialled, ' ()-.', '')), '+') AS dialled,
        p.caller_id, p.caller_basis, p.e164, p.imsi,
        -- a shared IMEI can still show that two phones differ; it never joins two records
        CASE WHEN NOT u.is_placeholder THEN p.imei14 END AS imei14,
        CASE WHEN u.is_linkable THEN p.imei14 END AS linkable_imei14
    FROM attempt_record AS r
    INNER JOIN attempt_read AS t ON r.record_id = t.record_id
    INNER JOIN party AS p ON r.record_id = p.record_id
    LEFT JOIN imei_use AS u ON p.imei14 = u.imei14
),

session_record AS (
    SELECT l.record_id, i.id_text, l.e164, l.imsi, l.imei14, MAX(s.anchor_utc) AS anchor_utc
    FROM leg AS l
    INNER JOIN attempt_id_text AS i ON l.record_id = i.record_id
    INNER JOIN call_session AS s ON i.id_text = s.id_text AND l.started_at_utc >= s.anchor_utc
    GROUP BY l.record_id, i.id_text, l.e164, l.imsi, l.imei14
),

-- Records of one session with equal identities are tied to the first of them. Only these first records are compared with each other.
record_with_profile AS (
    SELECT
        *,
        MIN(record_id) OVER (PARTITION BY id_text, anchor_utc, e164, imsi, imei14) AS profile_id
    FROM session_record
),

profile AS (
    SELECT * FROM record_with_profile WHERE record_id = profile_id
),

pair_by_call_id AS (
    SELECT record_id, profile_id AS other_id FROM record_with_profile WHERE record_id <> profile_id
    UNION ALL
    SELECT a.record_id, b.record_id AS other_id
    FROM profile AS a
    INNER JOIN profile AS b ON a.id_text = b.id_text AND a.anchor_utc = b.anchor_utc AND a.record_id > b.record_id
    WHERE COALESCE(a.e164 = b.e164, a.imsi = b.imsi, a.imei14 = b.imei14, TRUE)
),

pair_by_caller AS (
    SELECT a.record_id, b.record_id AS other_id
    FROM leg AS a
    INNER JOIN leg AS b ON a.caller_id = b.caller_id AND a.element <> b.element
    WHERE
        a.caller_basis <> 'own'
        AND b.started_at_utc >= a.started_at_utc
        AND elapsed_ms(a.started_at_utc, b.started_at_utc) <= $leg_within_s * 1000
        AND a.released_at_utc IS NOT NULL
        AND b.released_at_utc IS NOT NULL
        AND (a.started_at_utc = b.started_at_utc OR LEAST(a.released_at_utc, b.released_at_utc) > b.started_at_utc)
),

pair_without_call_id AS (
    SELECT a.record_id, b.record_id AS other_id
    FROM leg AS a
    INNER JOIN leg AS b
        ON a.dialled = b.dialled AND a.element = b.element AND a.started_at_utc = b.started_at_utc AND a.record_id > b.record_id
    WHERE
        a.lacks_id AND b.lacks_id
        AND COALESCE(a.e164 = b.e164, a.imsi = b.imsi, a.linkable_imei14 = b.linkable_imei14, FALSE)
),

pair AS (
    SELECT record_id, other_id FROM pair_by_call_id
    UNION
    SELECT record_id, other_id FROM pair_by_caller
    UNION
    SELECT record_id, other_id FROM pair_without_call_id
    UNION
    SELECT record_id, first_record_id AS other_id FROM repeated_attempt
)

SELECT record_id, other_id FROM pair
ORDER BY record_id, other_id
