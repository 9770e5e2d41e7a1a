/*---
id = "check_core"
title = "Welfare checks with their result and the caller they were for"
why = "A check is joined by caller, or by any contact number of the subscriber (contract 3.11). A record is a duplicate only if id, time and party are known and equal and no value that both give differs; the record with more values is kept (contract 2). A result that is not understood is unknown. It never counts as a failed try."
grain = ["record_id", "caller_id"]

[columns]
record_id = "VARCHAR"
check_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
is_duplicate = "BOOLEAN"
caller_id = "VARCHAR"
joined_by = "VARCHAR"
achieved = "VARCHAR"
---*/
WITH unread_word AS (
    SELECT
        file_no,
        record_no,
        MIN(CASE WHEN column_name = 'method' THEN value END) AS method_text,
        MIN(CASE WHEN column_name = 'outcome' THEN value END) AS outcome_text
    FROM unreadable
    GROUP BY file_no, record_no
),

-- A word that is in no list is content too. Two such words are not equal only because neither is understood.
check_given AS (
    SELECT
        w.record_id, w.check_id, w.attempted_at_utc, w.method, w.outcome, w.operator, p.caller_id, p.e164, p.imsi, p.imei14,
        COALESCE(w.method, '? ' || u.method_text) AS method_given,
        COALESCE(w.outcome, '? ' || u.outcome_text) AS outcome_given
    FROM welfare_record AS w
    INNER JOIN party AS p ON w.record_id = p.record_id
    LEFT JOIN unread_word AS u ON w.file_no = u.file_no AND w.record_no = u.record_no
),

-- Of records with equal values only the first is compared further, so a log written twice stays quick to compare.
ranked_check AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY check_id, attempted_at_utc, e164, imsi, imei14, method_given, outcome_given, operator ORDER BY record_id
        ) AS place,
        32 * CAST(outcome_given IS NOT NULL AS INTEGER) + 16 * CAST(method_given IS NOT NULL AS INTEGER)
        + 8 * CAST(e164 IS NOT NULL AS INTEGER) + 4 * CAST(imsi IS NOT NULL AS INTEGER) + 2 * CAST(imei14 IS NOT NULL AS INTEGER)
        + CAST(operator IS NOT NULL AS INTEGER) AS facts
    FROM check_given
),

check_identity AS (
    SELECT *, e164 AS identity FROM ranked_check WHERE place = 1
    UNION ALL
    SELECT *, 'imsi ' || imsi AS identity FROM ranked_check WHERE place = 1
    UNION ALL
    SELECT *, 'imei ' || imei14 AS identity FROM ranked_check WHERE place = 1
),

duplicate_check AS (
    SELECT record_id FROM repeated_check
    UNION
    SELECT record_id
    FROM ranked_check
    WHERE place > 1 AND check_id IS NOT NULL AND COALESCE(e164, imsi, imei14) IS NOT NULL
    UNION
    SELECT a.record_id
    FROM check_identity AS a
    INNER JOIN check_identity AS b
        ON a.check_id = b.check_id AND a.attempted_at_utc = b.attempted_at_utc AND a.identity = b.identity
    WHERE
        b.facts > a.facts
        AND COALESCE(a.e164 = b.e164, TRUE)
        AND COALESCE(a.imsi = b.imsi, TRUE)
        AND COALESCE(a.imei14 = b.imei14, TRUE)
        AND COALESCE(a.method_given = b.method_given, TRUE)
        AND COALESCE(a.outcome_given = b.outcome_given, TRUE)
        AND COALESCE(a.operator = b.operator, TRUE)
),

check_result AS (
    SELECT
        g.record_id, g.check_id, g.attempted_at_utc, g.caller_id, g.e164,
        r.record_id IS NOT NULL AS is_duplicate,
        CASE
            WHEN g.outcome = 'contacted' THEN 'contacted'
            WHEN g.method = 'police_referral' OR g.outcome = 'referred' THEN 'referred'
            WHEN g.outcome = 'refused' AND g.method IN ('call', 'visit') THEN 'contacted'
            WHEN g.outcome = 'refused' AND g.method IS NOT NULL THEN 'tried'
            WHEN g.outcome = 'no_contact' THEN 'tried'
            ELSE 'unknown'
        END AS achieved
    FROM check_given AS g
    LEFT JOIN duplicate_check AS r ON g.record_id = r.record_id
),

check_caller AS (
    SELECT w.record_id, k.caller_id, 'caller' AS joined_by
    FROM check_result AS w
    INNER JOIN caller_contact AS k ON w.caller_id = k.caller_id
    WHERE NOT w.is_duplicate
    UNION ALL
    SELECT w.record_id, k.caller_id, 'contact_number' AS joined_by
    FROM check_result AS w
    INNER JOIN caller_contact_number AS k ON w.e164 = k.contact_e164 AND w.caller_id <> k.caller_id
    WHERE NOT w.is_duplicate
)

SELECT w.record_id, w.check_id, w.attempted_at_utc, w.is_duplicate, j.caller_id, j.joined_by, w.achieved
FROM check_result AS w
LEFT JOIN check_caller AS j ON w.record_id = j.record_id
ORDER BY w.record_id, j.caller_id
