/*---
id = "duty_status"
title = "Each duty of notice under each outage, with its status"
why = "The first that applies: not_due, cannot_tell, missing, misaddressed, late, lacks_fields, in_time; null without a log of notices (contract 5.5). Another provider class, no threshold reached, or updates that start after the outage was over: not due; where a threshold is not shown, a declared significance decides. A case that declares nothing of notices and has none has no row."
grain = ["outage_id", "duty_no"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
duty_no = "INTEGER"
duty_id = "VARCHAR"
audience = { type = "VARCHAR", is = "who is to be notified" }
clause = { type = "VARCHAR", is = "clause it is from, as the regime or the case names it" }
is_mandatory = "BOOLEAN"
status = { type = "VARCHAR", is = "not_due, cannot_tell, missing, misaddressed, late, lacks_fields or in_time; null without a log of notices" }
due_at_utc = "TIMESTAMP"
sent_at_utc = { type = "TIMESTAMP", is = "the notice that decides" }
delay_ms = { type = "BIGINT", is = "from the origin of the clock to the notice that decides" }
sent_to = { type = "VARCHAR", is = "who received the notice that decides; null where customers or the public did", privacy = "free_text" }
record_id = { type = "VARCHAR", is = "the notice that decides; null where there is none", joins = "notification.record_id" }
longest_gap_ms = { type = "BIGINT", is = "longest time without a notice, where the duty limits it" }
---*/
WITH declared_evidence AS (
    SELECT
        EXISTS(SELECT 1 FROM role_evidence AS r WHERE r.role = 'notifications' AND r.is_evidence) AS has_log,
        EXISTS (SELECT 1 FROM contact) OR EXISTS (SELECT 1 FROM declared_section AS s WHERE s.section = 'duty')
        OR EXISTS (SELECT 1 FROM outage_fact AS f WHERE f.discovered_utc IS NOT NULL OR f.restored_utc IS NOT NULL) AS has_declared
),

reached AS (
    SELECT
        h.declared_no AS duty_no, t.outage_id,
        MAX(CASE WHEN t.status = 'reached' THEN 2 WHEN t.status = 'cannot_tell' THEN 1 ELSE 0 END) AS height
    FROM duty_threshold AS h
    INNER JOIN outage_threshold AS t ON h.threshold = t.threshold_id
    GROUP BY h.declared_no, t.outage_id
),

judged_duty AS (
    SELECT
        b.outage_id, b.duty_no, b.origin_utc, b.record_id, b.nearness, d.duty_id, d.audience, d.clause, d.is_mandatory,
        d.limit_s, d.update_gap_s, g.longest_gap_ms, k.has_log,
        CASE
            WHEN NOT COALESCE(COALESCE(b.origin_utc, o.starts_at_utc) >= d.from_utc, TRUE) THEN 'not_due'
            WHEN NOT COALESCE(COALESCE(b.origin_utc, o.starts_at_utc) < d.until_utc, TRUE) THEN 'not_due'
            WHEN h.height = 0 THEN 'not_due'
            WHEN d.limit_s IS NULL AND d.update_gap_s IS NOT NULL AND COALESCE(o.duration_ms <= d.gap_from_s * 1000, FALSE) THEN 'not_due'
            WHEN NOT EXISTS (SELECT 1 FROM duty_class AS c WHERE c.declared_no = b.duty_no) THEN 'due'
            WHEN o.provider IS NULL THEN 'cannot_tell'
            WHEN NOT EXISTS (SELECT 1 FROM duty_class AS c WHERE c.declared_no = b.duty_no AND c.class = o.provider) THEN 'not_due'
            ELSE 'due'
        END AS due,
        CASE WHEN h.height = 1 AND NOT u.is_significant THEN 1 ELSE 0 END AS is_open,
        -- the column that decides: where no notice fills it, the duty cannot be judged
        CASE
            WHEN EXISTS (SELECT 1 FROM unfilled_notice_column AS x WHERE x.column_name = 'audience') THEN 'audience'
            WHEN b.nearness = 0 THEN 'channel'
            WHEN b.nearness = 1 THEN 'recipient'
            WHEN
                b.nearness IS NULL AND d.origin = 'restoration'
                AND EXISTS (SELECT 1 FROM outage_notice AS s WHERE s.outage_id = b.outage_id AND s.audience = d.audience)
                THEN 'kind'
        END AS hangs_on,
        EXISTS(
            SELECT 1
            FROM duty_field AS f
            INNER JOIN unfilled_notice_column AS x ON f.field = x.column_name AND x.is_absent
            WHERE f.declared_no = b.duty_no
        ) AS lacks_column
    FROM duty_notice AS b
    INNER JOIN outage_course AS o ON b.outage_id = o.outage_id
    INNER JOIN outage AS u ON b.outage_id = u.outage_id
    INNER JOIN duty AS d ON b.duty_no = d.declared_no
    CROSS JOIN declared_evidence AS k
    LEFT JOIN reached AS h ON b.duty_no = h.duty_no AND b.outage_id = h.outage_id
    LEFT JOIN notice_gap AS g ON b.outage_id = g.outage_id AND d.audience = g.audience AND b.duty_no = g.duty_no
    WHERE k.has_log OR k.has_declared
)

SELECT
    j.outage_id, j.duty_no, j.duty_id, j.audience, j.clause, j.is_mandatory,
    CASE
        WHEN NOT j.has_log THEN NULL
        WHEN j.due = 'not_due' THEN 'not_due'
        WHEN j.origin_utc IS NULL OR j.due = 'cannot_tell' OR j.is_open = 1 THEN 'cannot_tell'
        WHEN x.column_name IS NOT NULL THEN 'cannot_tell'
        WHEN COALESCE(j.nearness, 0) = 0 THEN 'missing'
        WHEN j.nearness = 1 THEN 'misaddressed'
        WHEN j.nearness = 2 OR COALESCE(j.longest_gap_ms > j.update_gap_s * 1000, FALSE) THEN 'late'
        WHEN j.nearness = 3 THEN 'lacks_fields'
        WHEN j.lacks_column THEN 'cannot_tell'
        ELSE 'in_time'
    END AS status,
    later_by_s(j.origin_utc, j.limit_s) AS due_at_utc,
    CASE WHEN j.nearness > 0 THEN n.sent_at_utc END AS sent_at_utc,
    CASE WHEN j.nearness > 0 THEN elapsed_ms(j.origin_utc, n.sent_at_utc) END AS delay_ms,
    CASE WHEN j.nearness > 0 AND j.audience <> 'customers' AND j.audience <> 'public' THEN n.recipient END AS sent_to,
    CASE WHEN j.nearness > 0 THEN j.record_id END AS record_id,
    j.longest_gap_ms
FROM judged_duty AS j
LEFT JOIN notification AS n ON j.record_id = n.record_id
LEFT JOIN unfilled_notice_column AS x ON j.hangs_on = x.column_name
ORDER BY j.outage_id, j.duty_no
