/*---
id = "repeated_arrival"
title = "Centre records of which another file of the same source holds an exact copy"
why = "A log that was copied and then grew, or overlapping pages of an export, hold one record twice (contract 2). Each record is paired with one copy: if one file has it twice and another once, two records remain. Values are compared as read: numbers in E.164, an IMEI by 14 digits, a word of no list by its text. Both copies have the same time, so the time spans of the two files touch."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
first_record_id = "VARCHAR"
---*/
-- only records at an instant that several files of a source hold are compared value by value
WITH shared_instant AS (
    SELECT f.source_no, r.presented_at_utc
    FROM centre_record AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    GROUP BY f.source_no, r.presented_at_utc
    HAVING COUNT(DISTINCT r.file_no) > 1
),

comparable_record AS (
    SELECT
        r.record_id, r.record_no, r.file_no, f.source_no, r.presented_at_utc, u.unread, u.first_unread, u.last_unread,
        COALESCE(n.e164, r.calling_number) AS calling_number, TRANSLATE(r.imsi, ' -', '') AS imsi,
        LEFT(TRANSLATE(r.imei, ' -', ''), 14) AS imei,
        r.log, r.centre_call_id, r.call_id, r.linked_call_id, r.answered_at_utc, r.released_at_utc, r.route,
        r.network, r.disposition, r.transferred_to, r.transferred_at_utc, r.location_received, r.callback_received
    FROM centre_record AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    INNER JOIN shared_instant AS c ON f.source_no = c.source_no AND r.presented_at_utc = c.presented_at_utc
    LEFT JOIN number AS n ON r.calling_number = n.number_text
    LEFT JOIN unread_value AS u ON r.file_no = u.file_no AND r.record_no = u.record_no
),

numbered_copy AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY
                file_no, unread, first_unread, last_unread, presented_at_utc, log, centre_call_id, call_id,
                linked_call_id, answered_at_utc, released_at_utc, calling_number, imsi, imei, route, network, disposition,
                transferred_to, transferred_at_utc, location_received, callback_received
            ORDER BY record_no
        ) AS copy_no
    FROM comparable_record
),

copy_with_first AS (
    SELECT
        record_id,
        MIN(record_id) OVER (
            PARTITION BY
                copy_no,
                source_no, unread, first_unread, last_unread, presented_at_utc, log, centre_call_id, call_id,
                linked_call_id, answered_at_utc, released_at_utc, calling_number, imsi, imei, route, network, disposition,
                transferred_to, transferred_at_utc, location_received, callback_received
        ) AS first_record_id
    FROM numbered_copy
)

SELECT record_id, first_record_id
FROM copy_with_first
WHERE record_id <> first_record_id
ORDER BY record_id
