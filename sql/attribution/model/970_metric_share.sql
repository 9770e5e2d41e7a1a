/*---
id = "metric_share"
title = "Ratios by which networks are judged: of all calls to the service, and by hour, network, route and element"
why = "Each with its own definition and its own list of codes (call_metric, metric_code), as a network would publish it from its own records: tests are left out, and the centre's log is not asked. None is used alone for emergency calls; call_metric says why."
grain = ["metric", "dimension", "value"]

[columns]
metric = { type = "VARCHAR", is = "the ratio, with the definition that it follows", privacy = "public" }
dimension = { type = "VARCHAR", is = "all, hour, network, route or element", privacy = "public" }
value = { type = "VARCHAR", is = "which hour (UTC), network, route or element", privacy = "place", as = "id" }
successes = { type = "BIGINT", is = "calls that count as a success", privacy = "public", unit = "attempts" }
counted = { type = "BIGINT", is = "calls that it is a share of", privacy = "public", unit = "attempts" }
permille = { type = "BIGINT", is = "successes of 1,000, cut", privacy = "public" }
---*/
WITH judged_attempt AS (
    SELECT
        m.metric,
        CAST(DATE_TRUNC('hour', a.started_at_utc) AS VARCHAR) AS hour_text,
        COALESCE(a.network, '') AS network,
        COALESCE(a.route, '') AS route,
        COALESCE(a.element, '') AS element,
        CASE
            WHEN (m.counts_answer AND a.outcome = 'answered') OR s.metric IS NOT NULL OR c.metric IS NOT NULL THEN 1 ELSE 0
        END AS success
    FROM attempt AS a
    CROSS JOIN call_metric AS m
    LEFT JOIN sip_status AS t ON a.sip_status = t.code
    LEFT JOIN metric_code AS s ON m.metric = s.metric AND s.kind = 'sip' AND a.sip_status = s.code
    LEFT JOIN metric_code AS c
        ON m.metric = c.metric AND c.kind = 'cause' AND a.sip_status IS NULL AND a.release_cause = c.code
    WHERE
        NOT a.is_test
        AND (
            m.counted_of = 'bids'
            OR (m.counted_of = 'seizures' AND (a.route IS NOT NULL OR a.outcome IN ('answered', 'ringing')))
            OR (m.counted_of = 'sessions' AND a.sip_status IS NOT NULL AND t.class <> 'redirection')
        )
),

-- many attempts share all of these, so that what follows is short
tallied AS (
    SELECT metric, hour_text, network, route, element, SUM(success) AS successes, COUNT(*) AS counted
    FROM judged_attempt
    GROUP BY metric, hour_text, network, route, element
),

spread AS (
    SELECT metric, 'all' AS dimension, '' AS value, successes, counted FROM tallied
    UNION ALL
    SELECT metric, 'hour' AS dimension, hour_text AS value, successes, counted FROM tallied
    UNION ALL
    SELECT metric, 'network' AS dimension, network AS value, successes, counted FROM tallied
    UNION ALL
    SELECT metric, 'route' AS dimension, route AS value, successes, counted FROM tallied
    UNION ALL
    SELECT metric, 'element' AS dimension, element AS value, successes, counted FROM tallied
)

SELECT
    metric,
    dimension,
    value,
    CAST(SUM(successes) AS BIGINT) AS successes,
    CAST(SUM(counted) AS BIGINT) AS counted,
    CAST(1000 * SUM(successes) // SUM(counted) AS BIGINT) AS permille
FROM spread
GROUP BY metric, dimension, value
ORDER BY metric, dimension, value
