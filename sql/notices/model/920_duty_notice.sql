/*---
id = "duty_notice"
title = "Each duty of notice under each outage, and the notice that comes nearest to fulfilling it"
why = "Of the notices to the audience since onset (contract 5.5), the nearest is by a listed channel, then to a recipient in force, then within the limit, then with all fields; of equals the earliest."
grain = ["outage_id", "duty_no"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
duty_no = "INTEGER"
origin_utc = { type = "TIMESTAMP", is = "where the clock of the duty starts; null where the case does not say", privacy = "public" }
record_id = { type = "VARCHAR", is = "the notice; null where none was sent", joins = "notification.record_id" }
nearness = { type = "INTEGER", is = "4 fulfils the duty, 3 lacks a field, 2 came after the limit, 1 went to another recipient, 0 by another channel; null: no notice", privacy = "public" }
---*/
WITH clock AS (
    SELECT
        o.outage_id, d.declared_no AS duty_no, d.audience, d.origin, d.limit_s,
        CASE d.origin WHEN 'onset' THEN o.starts_at_utc WHEN 'discovery' THEN o.discovered_utc ELSE o.restored_utc END AS origin_utc
    FROM outage_course AS o
    CROSS JOIN duty AS d
),

fit AS (
    SELECT
        c.outage_id, c.duty_no, s.record_id, s.sent_at_utc, s.is_to_contact,
        NOT EXISTS (SELECT 1 FROM duty_channel AS k WHERE k.declared_no = c.duty_no)
        OR EXISTS (
            SELECT 1 FROM duty_channel AS k WHERE k.declared_no = c.duty_no AND LOWER(TRIM(k.channel)) = LOWER(TRIM(n.channel))
        ) AS is_by_channel,
        c.limit_s IS NULL OR elapsed_ms(c.origin_utc, s.sent_at_utc) <= c.limit_s * 1000 AS is_in_limit,
        NOT EXISTS (
            SELECT 1 FROM duty_field AS k
            WHERE
                k.declared_no = c.duty_no
                -- a field that the log has no column for is judged with the duty
                AND NOT EXISTS (SELECT 1 FROM unfilled_notice_column AS u WHERE u.column_name = k.field AND u.is_absent)
                AND CASE k.field
                    WHEN 'recipient' THEN n.recipient WHEN 'channel' THEN n.channel WHEN 'region' THEN n.region WHEN 'kind' THEN n.kind
                    WHEN 'scale' THEN n.scale WHEN 'cause' THEN n.cause WHEN 'services' THEN n.services
                    WHEN 'restoration' THEN n.restoration WHEN 'content' THEN n.content
                END IS NULL
        ) AS is_full
    FROM clock AS c
    INNER JOIN outage_notice AS s
        ON
            c.outage_id = s.outage_id
            AND c.audience = s.audience
            AND (COALESCE(s.kind, '') = 'restored') = (c.origin = 'restoration')
    INNER JOIN notification AS n ON s.record_id = n.record_id
),

graded AS (
    SELECT
        outage_id, duty_no, record_id, sent_at_utc,
        CASE
            WHEN NOT is_by_channel THEN 0
            WHEN NOT is_to_contact THEN 1
            WHEN NOT COALESCE(is_in_limit, FALSE) THEN 2
            WHEN NOT is_full THEN 3
            ELSE 4
        END AS nearness
    FROM fit
),

ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY outage_id, duty_no ORDER BY nearness DESC, sent_at_utc ASC, record_id ASC) AS place
    FROM graded
)

SELECT c.outage_id, c.duty_no, c.origin_utc, r.record_id, r.nearness
FROM clock AS c
LEFT JOIN ranked AS r ON c.outage_id = r.outage_id AND c.duty_no = r.duty_no AND r.place = 1
ORDER BY c.outage_id, c.duty_no
