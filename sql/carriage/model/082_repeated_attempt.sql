/*---
id = "repeated_attempt"
title = "Attempts records of which another file of the same source holds an exact copy"
why = "A log that was copied and then grew, or overlapping pages of an export, hold one record twice (contract 2). Each record is paired with one copy: if one file has it twice and another once, two records remain. Values are compared as read: numbers in E.164, an IMEI by 14 digits, a word of no list by its text. Both copies have the same time, so the time spans of the two files touch."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
first_record_id = "VARCHAR"
---*/
-- only records at an instant that several files of a source hold are compared value by value
WITH shared_instant AS (
    SELECT f.source_no, r.started_at_utc
    FROM attempt_record AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    GROUP BY f.source_no, r.started_at_utc
    HAVING COUNT(DISTINCT r.file_no) > 1
),

comparable_record AS (
    SELECT
        r.record_id, r.record_no, r.file_no, f.source_no, r.started_at_utc, u.unread, u.first_unread, u.last_unread,
        COALESCE(n.e164, r.calling_number) AS calling_number, TRANSLATE(r.imsi, ' -', '') AS imsi,
        LEFT(TRANSLATE(r.imei, ' -', ''), 14) AS imei,
        r.call_id, r.linked_call_id, r.network, r.element, r.sequence, r.answered_at_utc, r.released_at_utc,
        LTRIM(TRANSLATE(r.dialled, ' ()-.', ''), '+') AS dialled, LTRIM(TRANSLATE(r.dialled_other, ' ()-.', ''), '+') AS dialled_other,
        r.service_category, r.access, r.cell_id, r.route, r.release_cause,
        r.sip_status, r.release_location, r.disposition, r.duration_s, r.talk_s, r.is_test
    FROM attempt_record AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    INNER JOIN shared_instant AS c ON f.source_no = c.source_no AND r.started_at_utc = c.started_at_utc
    LEFT JOIN number AS n ON r.calling_number = n.number_text
    LEFT JOIN unread_value AS u ON r.file_no = u.file_no AND r.record_no = u.record_no
),

numbered_copy AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY
                file_no, unread, first_unread, last_unread, started_at_utc, call_id, linked_call_id, network, element, sequence,
                answered_at_utc, released_at_utc, calling_number, imsi, imei, dialled, dialled_other,
                service_category, access, cell_id, route, release_cause, sip_status, release_location,
                disposition, duration_s, talk_s, is_test
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
                source_no, unread, first_unread, last_unread, started_at_utc, call_id, linked_call_id, network, element, sequence,
                answered_at_utc, released_at_utc, calling_number, imsi, imei, dialled, dialled_other,
                service_category, access, cell_id, route, release_cause, sip_status, release_location,
                disposition, duration_s, talk_s, is_test
        ) AS first_record_id
    FROM numbered_copy
)

SELECT record_id, first_record_id
FROM copy_with_first
WHERE record_id <> first_record_id
ORDER BY record_id
