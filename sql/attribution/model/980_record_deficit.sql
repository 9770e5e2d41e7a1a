/*---
id = "record_deficit"
title = "Records that a log should hold in an outage and does not: against its own volume of the same weekdays and hours, and against the centre's"
why = "A failed call that no switch logged is in no count. Where a log cannot show failures, or holds fewer records in the outage than in any other week, how many are missing is said as a range: from the least of the other weeks (or what the centre has and the log has not) to the most of them. Never as a count."
grain = ["network", "outage_id", "call_kind"]

[params.deficit_min_weeks]
type = "integer"
unit = "weeks"
default = 2
min = 1
why = "Fewer other weeks than this show no range."

[columns]
network = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage" }
call_kind = { type = "VARCHAR", is = "service: calls to the audited service; elsewhere: all others", privacy = "public" }
is_blind = { type = "BOOLEAN", is = "a log of the network holds no failed or unanswered call at all", privacy = "public" }
weeks = { type = "BIGINT", is = "other weeks it is compared with, outside every outage", privacy = "public", unit = "weeks" }
records = { type = "BIGINT", is = "records in whole hours of the outage" }
least = { type = "BIGINT", is = "least records in the same hours of another week", privacy = "public", unit = "records" }
most = { type = "BIGINT", is = "most records in the same hours of another week", privacy = "public", unit = "records" }
orphans = { type = "BIGINT", is = "records of the centre from this network in the outage that no attempt explains", privacy = "public", unit = "records" }
deficit_low = { type = "BIGINT", is = "records that are missing, at least", privacy = "public", unit = "records" }
deficit_high = { type = "BIGINT", is = "records that are missing, at most, as far as other weeks show", privacy = "public", unit = "records" }
---*/
WITH shifted AS (
    SELECT
        v.network, o.outage_id, o.starts_at_utc, o.ends_at_utc, v.records,
        CASE WHEN v.is_emergency THEN 'service' ELSE 'elsewhere' END AS call_kind,
        -- weeks are counted from far before, so that the division never meets a number below 0
        (elapsed_ms(o.starts_at_utc, v.hour_utc) + 604800000000) // 604800000 - 1000 AS week_no,
        (elapsed_ms(o.starts_at_utc, v.hour_utc) + 604800000000) % 604800000 AS into_ms
    FROM volume AS v
    CROSS JOIN outage AS o
    WHERE v.hour_utc IS NOT NULL AND v.network IS NOT NULL
),

weekly AS (
    SELECT network, outage_id, starts_at_utc, ends_at_utc, call_kind, week_no, CAST(SUM(records) AS BIGINT) AS records
    FROM shifted
    WHERE into_ms + 3600000 <= elapsed_ms(starts_at_utc, ends_at_utc)
    GROUP BY network, outage_id, starts_at_utc, ends_at_utc, call_kind, week_no
),

usual AS (
    SELECT w.network, w.outage_id, w.call_kind, COUNT(*) AS weeks, MIN(w.records) AS least, MAX(w.records) AS most
    FROM weekly AS w
    WHERE
        w.week_no <> 0
        AND NOT EXISTS (
            SELECT 1
            FROM outage AS x
            WHERE
                elapsed_ms(w.starts_at_utc, x.ends_at_utc) + x.recovery_tail_s * 1000 > w.week_no * 604800000
                AND elapsed_ms(w.ends_at_utc, x.starts_at_utc) < w.week_no * 604800000
        )
    GROUP BY w.network, w.outage_id, w.call_kind
    HAVING COUNT(*) >= $deficit_min_weeks
),

orphans_by_outage AS (
    SELECT c.network, o.outage_id, COUNT(*) AS orphans
    FROM centre_call AS c
    INNER JOIN outage AS o ON c.presented_at_utc >= o.starts_at_utc AND c.presented_at_utc < o.ends_at_utc
    WHERE c.bucket = 'orphan'
    GROUP BY c.network, o.outage_id
),

compared AS (
    SELECT
        u.network, u.outage_id, u.call_kind,
        b.network IS NOT NULL AS is_blind,
        u.weeks,
        COALESCE(w.records, 0) AS records,
        u.least, u.most,
        CASE WHEN u.call_kind = 'service' THEN COALESCE(h.orphans, 0) ELSE 0 END AS orphans
    FROM usual AS u
    LEFT JOIN weekly AS w
        ON u.network = w.network AND u.outage_id = w.outage_id AND u.call_kind = w.call_kind AND w.week_no = 0
    LEFT JOIN orphans_by_outage AS h ON u.network = h.network AND u.outage_id = h.outage_id
    LEFT JOIN (SELECT DISTINCT network FROM blind_log) AS b ON u.network = b.network
)

SELECT
    network, outage_id, call_kind, is_blind, weeks, records, least, most, orphans,
    GREATEST(least - records, orphans, 0) AS deficit_low,
    GREATEST(most - records, orphans, 0) AS deficit_high
FROM compared
WHERE (is_blind OR records < least) AND GREATEST(most - records, orphans) > 0
ORDER BY network, outage_id, call_kind
