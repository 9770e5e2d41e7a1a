/*---
id = "centre_core"
title = "The centre's records: duplicates, tests, and the caller of each"
why = "A record is a duplicate in two cases: id, time and party are known and equal and no value that both give differs; or another file of its source holds an exact copy. A record is a test if its number is listed, or one of its ids is the id of a test attempt (contract 2, 3.3). A record without an id is identified by its place in the file."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
call_no = "BIGINT"
log = "VARCHAR"
presented_at_utc = "TIMESTAMP"
network = "VARCHAR"
route = "VARCHAR"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
has_party = "BOOLEAN"
is_duplicate = "BOOLEAN"
is_test = "BOOLEAN"
is_answered = "BOOLEAN"
is_usable = "BOOLEAN"
---*/
-- call_no orders the records by their content: the place of a record in a file never breaks a tie
WITH unread_disposition AS (
    SELECT file_no, record_no, MIN(value) AS disposition_text
    FROM unreadable
    WHERE column_name = 'disposition'
    GROUP BY file_no, record_no
),

numbered_record AS (
    SELECT
        c.record_id, c.log, c.centre_call_id, c.presented_at_utc, c.calling_number, c.call_id, c.linked_call_id, c.network,
        c.route, c.answered_at_utc, c.released_at_utc, c.transferred_to, c.transferred_at_utc, c.location_received,
        c.callback_received,
        -- a word that is in no list is content too
        COALESCE(c.disposition, '? ' || w.disposition_text) AS disposition_given,
        p.caller_id, p.caller_basis, p.e164, p.imsi AS imsi_digits, p.imei14,
        -- an answer before the arrival is ignored
        COALESCE(d.is_answer, c.answered_at_utc >= c.presented_at_utc, FALSE) AS is_answered,
        p.e164 IS NOT NULL OR p.imsi IS NOT NULL OR COALESCE(NOT u.is_placeholder, FALSE) AS has_party,
        ROW_NUMBER() OVER (
            ORDER BY
                c.presented_at_utc, c.log, c.centre_call_id NULLS LAST, p.caller_basis, p.e164 NULLS LAST, p.imsi NULLS LAST,
                p.imei14 NULLS LAST,
                c.call_id NULLS LAST, c.linked_call_id NULLS LAST, c.network NULLS LAST, c.route NULLS LAST, c.disposition NULLS LAST,
                c.answered_at_utc NULLS LAST, c.released_at_utc NULLS LAST, c.transferred_to NULLS LAST, c.transferred_at_utc NULLS LAST,
                c.location_received NULLS LAST, c.callback_received NULLS LAST, c.record_id
        ) AS call_no
    FROM centre_record AS c
    INNER JOIN party AS p ON c.record_id = p.record_id
    LEFT JOIN centre_disposition AS d ON c.disposition = d.word
    LEFT JOIN imei_use AS u ON p.imei14 = u.imei14
    LEFT JOIN unread_disposition AS w ON c.file_no = w.file_no AND c.record_no = w.record_no
),

-- nearly all records are the only one of their id and time, and need no rank
shared_call AS (
    SELECT log, centre_call_id, presented_at_utc
    FROM centre_record
    GROUP BY log, centre_call_id, presented_at_utc
    HAVING COUNT(*) > 1
),

-- of records that agree on one call, the record with more values comes first
ranked_record AS (
    SELECT
        r.*,
        ROW_NUMBER() OVER (
            PARTITION BY r.log, r.centre_call_id, r.presented_at_utc
            ORDER BY
                CASE WHEN r.e164 IS NULL THEN 1 ELSE 0 END, CASE WHEN r.imsi_digits IS NULL THEN 1 ELSE 0 END,
                CASE WHEN r.imei14 IS NULL THEN 1 ELSE 0 END, CASE WHEN r.call_id IS NULL THEN 1 ELSE 0 END,
                CASE WHEN r.linked_call_id IS NULL THEN 1 ELSE 0 END, CASE WHEN r.network IS NULL THEN 1 ELSE 0 END,
                CASE WHEN r.route IS NULL THEN 1 ELSE 0 END, CASE WHEN r.disposition_given IS NULL THEN 1 ELSE 0 END, r.call_no
        ) AS place
    FROM numbered_record AS r
    INNER JOIN shared_call AS s
        ON r.log = s.log AND r.centre_call_id = s.centre_call_id AND r.presented_at_utc = s.presented_at_utc
),

-- equal log, id, time and party (the first of number, IMSI and IMEI that both give), and no value that both give differs
duplicate_record AS (
    SELECT c.record_id
    FROM ranked_record AS c
    INNER JOIN ranked_record AS e
        ON
            c.log = e.log AND c.centre_call_id = e.centre_call_id AND c.presented_at_utc = e.presented_at_utc
            AND e.place < c.place
    WHERE
        COALESCE(c.e164 = e.e164, c.imsi_digits = e.imsi_digits, c.imei14 = e.imei14)
        AND COALESCE(c.call_id = e.call_id, TRUE)
        AND COALESCE(c.linked_call_id = e.linked_call_id, TRUE)
        AND COALESCE(c.answered_at_utc = e.answered_at_utc, TRUE)
        AND COALESCE(c.released_at_utc = e.released_at_utc, TRUE)
        AND COALESCE(c.imsi_digits = e.imsi_digits, TRUE)
        AND COALESCE(c.imei14 = e.imei14, TRUE)
        AND COALESCE(c.route = e.route, TRUE)
        AND COALESCE(c.network = e.network, TRUE)
        AND COALESCE(c.disposition_given = e.disposition_given, TRUE)
        AND COALESCE(c.transferred_to = e.transferred_to, TRUE)
        AND COALESCE(c.transferred_at_utc = e.transferred_at_utc, TRUE)
        AND COALESCE(c.location_received = e.location_received, TRUE)
        AND COALESCE(c.callback_received = e.callback_received, TRUE)
),

marked_record AS (
    SELECT
        c.record_id, c.call_no, c.log, c.presented_at_utc, c.network, c.route, c.caller_id, c.caller_basis, c.e164,
        c.imsi_digits AS imsi, c.imei14, c.has_party, c.is_answered,
        EXISTS (SELECT 1 FROM duplicate_record AS a WHERE a.record_id = c.record_id)
        OR EXISTS (SELECT 1 FROM repeated_arrival AS a WHERE a.record_id = c.record_id) AS is_duplicate,
        EXISTS (
            SELECT 1 FROM test_number AS t
            INNER JOIN number AS n ON t.number_text = n.number_text
            WHERE n.e164 = c.e164 OR t.number_text = c.calling_number
        )
        OR EXISTS (SELECT 1 FROM test_id AS t WHERE t.mark = c.call_id AND NOT t.is_shared)
        OR EXISTS (SELECT 1 FROM test_id AS t WHERE t.mark = c.linked_call_id AND NOT t.is_shared)
        OR EXISTS (SELECT 1 FROM test_id AS t WHERE t.mark = c.call_id AND t.caller_id = c.caller_id)
        OR EXISTS (SELECT 1 FROM test_id AS t WHERE t.mark = c.linked_call_id AND t.caller_id = c.caller_id) AS is_test
    FROM numbered_record AS c
)

SELECT
    record_id, call_no, log, presented_at_utc, network, route, caller_id, caller_basis, e164, imsi, imei14, has_party,
    is_duplicate, is_test, is_answered,
    NOT is_duplicate AND NOT is_test AS is_usable
FROM marked_record
ORDER BY record_id
