/*---
id = "outage_threshold"
title = "Each outage against each threshold of its regime, and which of them it reaches"
why = "A threshold is a set of least quantities that must all be reached. A quantity that the case does not declare leaves it open, unless another already falls short. An outage of emergency calls alone, or one in which nobody tried, is tested like any other."
grain = ["outage_id", "threshold_no"]

[columns]
outage_id = { type = "VARCHAR", is = "the outage" }
threshold_no = { type = "INTEGER", is = "place of the threshold in its list, from 1", privacy = "public" }
threshold_id = { type = "VARCHAR", is = "name of the threshold", privacy = "public", as = "id" }
clause = { type = "VARCHAR", is = "clause it is from, as the regime names it" }
status = { type = "VARCHAR", is = "not_in_force, other_class, not_reached, cannot_tell or reached" }
lacks = { type = "VARCHAR", is = "first quantity, by name, that the case does not declare; null where none is lacking", privacy = "public", as = "id" }
---*/
WITH least AS (
    SELECT declared_no, 'duration_s' AS quantity, duration_s AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'users' AS quantity, users AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'user_minutes' AS quantity, user_minutes AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'oc3_minutes' AS quantity, oc3_minutes AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'services' AS quantity, services AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'remote_services' AS quantity, remote_services AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'regional_services' AS quantity, regional_services AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'blocked_calls' AS quantity, blocked_calls AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'historic_calls' AS quantity, historic_calls AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'ss7_messages' AS quantity, ss7_messages AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'ss7_historic_messages' AS quantity, ss7_historic_messages AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'switches' AS quantity, switches AS amount FROM threshold
    UNION ALL
    SELECT declared_no, 'emergency' AS quantity, CASE WHEN is_emergency THEN 1 END AS amount FROM threshold
),

measured AS (
    SELECT
        c.outage_id, l.declared_no, l.quantity, l.amount,
        CASE l.quantity
            WHEN 'duration_s' THEN c.duration_ms // 1000
            WHEN 'users' THEN f.users
            WHEN 'user_minutes' THEN COALESCE(f.user_minutes, f.users * c.duration_ms // 60000)
            WHEN 'oc3_minutes' THEN f.oc3_minutes
            WHEN 'services' THEN f.services
            WHEN 'remote_services' THEN f.remote_services
            WHEN 'regional_services' THEN f.regional_services
            WHEN 'blocked_calls' THEN f.blocked_calls
            WHEN 'historic_calls' THEN f.historic_calls
            WHEN 'ss7_messages' THEN f.ss7_messages
            WHEN 'ss7_historic_messages' THEN f.ss7_historic_messages
            WHEN 'switches' THEN f.switches
            WHEN 'emergency' THEN CASE WHEN c.is_emergency_struck THEN 1 WHEN NOT c.is_emergency_struck THEN 0 END
        END AS reached
    FROM outage_course AS c
    CROSS JOIN least AS l
    LEFT JOIN outage_fact AS f ON c.outage_id = f.outage_id
    WHERE l.amount IS NOT NULL
),

compared AS (
    SELECT
        outage_id, declared_no,
        COUNT(CASE WHEN reached < amount THEN 1 END) AS short_of,
        MIN(CASE WHEN reached IS NULL THEN quantity END) AS lacks
    FROM measured
    GROUP BY outage_id, declared_no
),

classed AS (
    SELECT
        c.outage_id, t.declared_no, c.provider,
        EXISTS(SELECT 1 FROM threshold_class AS k WHERE k.declared_no = t.declared_no) AS has_classes,
        EXISTS(SELECT 1 FROM threshold_class AS k WHERE k.declared_no = t.declared_no AND k.class = c.provider) AS is_of_class,
        COALESCE(c.starts_at_utc >= t.from_utc, TRUE) AND COALESCE(c.starts_at_utc < t.until_utc, TRUE) AS is_in_force
    FROM outage_course AS c
    CROSS JOIN threshold AS t
)

SELECT
    k.outage_id,
    t.declared_no AS threshold_no,
    t.threshold_id,
    t.clause,
    CASE
        WHEN NOT k.is_in_force THEN 'not_in_force'
        WHEN k.has_classes AND NOT k.is_of_class AND k.provider IS NOT NULL THEN 'other_class'
        WHEN COALESCE(m.short_of, 0) > 0 THEN 'not_reached'
        WHEN m.lacks IS NOT NULL OR (k.has_classes AND NOT k.is_of_class) THEN 'cannot_tell'
        ELSE 'reached'
    END AS status,
    COALESCE(m.lacks, CASE WHEN k.has_classes AND k.provider IS NULL THEN 'provider' END) AS lacks
FROM classed AS k
INNER JOIN threshold AS t ON k.declared_no = t.declared_no
LEFT JOIN compared AS m ON k.outage_id = m.outage_id AND k.declared_no = m.declared_no
ORDER BY k.outage_id, threshold_no
