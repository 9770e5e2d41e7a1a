/*---
id = "repeated_notice"
title = "Notices of which another file of the same source holds an exact copy"
why = "A log that was copied and then grew, or overlapping pages of an export, hold one record twice (contract 2). Each record is paired with one copy: if one file has it twice and another once, two records remain. Values are compared as read: a word of no list by its text. Both copies have the same time, so the time spans of the two files touch."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
first_record_id = "VARCHAR"
---*/
-- only records at an instant that several files of a source hold are compared value by value
WITH shared_instant AS (
    SELECT f.source_no, r.sent_at_utc
    FROM notification AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    GROUP BY f.source_no, r.sent_at_utc
    HAVING COUNT(DISTINCT r.file_no) > 1
),

comparable_record AS (
    SELECT
        r.record_id, r.record_no, r.file_no, f.source_no, r.sent_at_utc, u.unread, u.first_unread, u.last_unread,
        r.audience, r.recipient, r.channel, r.region, r.kind, r.scale, r.cause, r.services, r.restoration, r.content
    FROM notification AS r
    INNER JOIN file AS f ON r.file_no = f.file_no
    INNER JOIN shared_instant AS c ON f.source_no = c.source_no AND r.sent_at_utc = c.sent_at_utc
    LEFT JOIN unread_value AS u ON r.file_no = u.file_no AND r.record_no = u.record_no
),

numbered_copy AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY
                file_no, unread, first_unread, last_unread, sent_at_utc, audience, recipient, channel, region, kind, scale, cause,
                services, restoration, content
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
                source_no, unread, first_unread, last_unread, sent_at_utc, audience, recipient, channel, region, kind, scale, cause,
                services, restoration, content
        ) AS first_record_id
    FROM numbered_copy
)

SELECT record_id, first_record_id
FROM copy_with_first
WHERE record_id <> first_record_id
ORDER BY record_id
