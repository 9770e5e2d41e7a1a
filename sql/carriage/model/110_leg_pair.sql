/*---
id = "leg_pair"
title = "Pairs of records that describe one attempt"
why = "Connected records are one attempt (contract 2, 3.2): those that share an id within its session, if their parties do not differ; those of one caller that overlap on several elements (caller_leg); those without an id whose party, dialled number, element and start are known and equal; and one record in two files."
grain = ["record_id", "other_id"]
passing = true

[columns]
record_id = "VARCHAR"
other_id = "VARCHAR"
---*/
WITH leg AS (
    SELECT
        r.record_id, r.element, r.started_at_utc,
        r.call_id IS NULL AND r.linked_call_id IS NULL AS lacks_id,
        LTRIM(LOWER(TRANSLATE(r.dialled, ' ()-.', '')), '+') AS dialled,
        p.e164, p.imsi,
        -- a shared IMEI can still show that two phones differ; it never joins two records
        CASE WHEN NOT u.is_placeholder THEN p.imei14 END AS imei14,
        CASE WHEN u.is_linkable THEN p.imei14 END AS linkable_imei14
    FROM attempt_record AS r
    INNER JOIN party AS p ON r.record_id = p.record_id
    LEFT JOIN imei_use AS u ON p.imei14 = u.imei14
),

-- who may be one attempt by what they share: an id within its session; without an id what was dialled, element and start
member AS (
    SELECT
        'id' AS kind, i.id_text AS scope, '' AS element, s.anchor_utc AS at_utc,
        l.record_id, l.e164, l.imsi, l.imei14
    FROM leg AS l
    INNER JOIN attempt_id_text AS i ON l.record_id = i.record_id
    INNER JOIN call_session AS s ON i.id_text = s.id_text AND i.started_at_utc = s.started_at_utc
    UNION ALL
    SELECT 'start' AS kind, dialled AS scope, element, started_at_utc AS at_utc, record_id, e164, imsi, linkable_imei14 AS imei14
    FROM leg
    WHERE lacks_id AND dialled IS NOT NULL AND element IS NOT NULL
),

-- Members are paired with the first of their party, of each kind of party that theirs does not contradict, not with each other:
-- whoever fits is in one group all the same.
first_by_number AS (
    SELECT kind, scope, element, at_utc, e164, MIN(record_id) AS record_id
    FROM member
    WHERE e164 IS NOT NULL
    GROUP BY kind, scope, element, at_utc, e164
),

first_by_imsi AS (
    SELECT kind, scope, element, at_utc, imsi, MIN(record_id) AS record_id
    FROM member
    WHERE imsi IS NOT NULL AND e164 IS NULL
    GROUP BY kind, scope, element, at_utc, imsi
),

first_by_imei AS (
    SELECT
        kind, scope, element, at_utc, imei14,
        e164 IS NOT NULL AS has_number, imsi IS NOT NULL AS has_imsi, MIN(record_id) AS record_id
    FROM member
    WHERE imei14 IS NOT NULL AND (e164 IS NULL OR imsi IS NULL)
    GROUP BY kind, scope, element, at_utc, imei14, e164 IS NOT NULL, imsi IS NOT NULL
),

first_without AS (
    SELECT
        kind, scope, element, at_utc,
        e164 IS NOT NULL AS has_number, imsi IS NOT NULL AS has_imsi, imei14 IS NOT NULL AS has_imei, MIN(record_id) AS record_id
    FROM member
    WHERE kind = 'id'
    GROUP BY kind, scope, element, at_utc, e164 IS NOT NULL, imsi IS NOT NULL, imei14 IS NOT NULL
),

pair_by_party AS (
    SELECT m.record_id, f.record_id AS other_id
    FROM member AS m
    INNER JOIN first_by_number AS f
        ON m.kind = f.kind AND m.scope = f.scope AND m.element = f.element AND m.at_utc = f.at_utc AND m.e164 = f.e164
    UNION ALL
    SELECT m.record_id, f.record_id AS other_id
    FROM member AS m
    INNER JOIN first_by_imsi AS f
        ON m.kind = f.kind AND m.scope = f.scope AND m.element = f.element AND m.at_utc = f.at_utc AND m.imsi = f.imsi
    UNION ALL
    SELECT m.record_id, f.record_id AS other_id
    FROM member AS m
    INNER JOIN first_by_imei AS f
        ON m.kind = f.kind AND m.scope = f.scope AND m.element = f.element AND m.at_utc = f.at_utc AND m.imei14 = f.imei14
    WHERE (m.e164 IS NULL OR NOT f.has_number) AND (m.imsi IS NULL OR NOT f.has_imsi)
    UNION ALL
    SELECT m.record_id, f.record_id AS other_id
    FROM member AS m
    INNER JOIN first_without AS f
        ON m.kind = f.kind AND m.scope = f.scope AND m.element = f.element AND m.at_utc = f.at_utc
    WHERE
        (m.e164 IS NULL OR NOT f.has_number)
        AND (m.imsi IS NULL OR NOT f.has_imsi)
        AND (m.imei14 IS NULL OR NOT f.has_imei)
),

pair AS (
    SELECT GREATEST(record_id, other_id) AS record_id, LEAST(record_id, other_id) AS other_id
    FROM pair_by_party
    WHERE record_id <> other_id
    UNION
    SELECT record_id, first_id AS other_id FROM caller_leg
    UNION
    SELECT record_id, first_record_id AS other_id FROM repeated_attempt
)

SELECT record_id, other_id FROM pair
ORDER BY record_id, other_id
