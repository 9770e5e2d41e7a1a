/*---
id = "attempt_fact"
title = "One row for each attempt with all values that a definition of a figure may use: one column for each switch"
why = "Any published figure is a count over these rows under its own definition. A definition chooses sources, networks, hours, areas and accesses. It takes tests, legs, early releases, weak matches and abandoned calls in or out. It sets the gap that chains retries, and whether another network's call counts as a rescue."
grain = ["attempt_id"]

[params.episode_gap_s]
type = "integer"
unit = "s"
default = 600
min = 0
why = "A longer gap between two starts begins a new episode."

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
caller_no = "BIGINT"
callers = "BIGINT"
source_set = "VARCHAR"
exclusion_set = "VARCHAR"
network = "VARCHAR"
region = "VARCHAR"
access = "VARCHAR"
started_at_utc = "TIMESTAMP"
hour_utc = "TIMESTAMP"
legs = "BIGINT"
is_test = "BOOLEAN"
is_in_outage = "BOOLEAN"
is_identified = "BOOLEAN"
is_simless = "BOOLEAN"
is_answered = "BOOLEAN"
is_weak = "BOOLEAN"
is_in_half_window = "BOOLEAN"
is_in_double_window = "BOOLEAN"
is_on_other_network = "BOOLEAN"
state = "VARCHAR"
unmatched_state = "VARCHAR"
carrier_state = "VARCHAR"
heard_after_ms = "BIGINT"
episode_no = "BIGINT"
episode_60_no = "BIGINT"
episode_300_no = "BIGINT"
episode_3600_no = "BIGINT"
---*/
WITH numbered_caller AS (
    SELECT caller_id, ROW_NUMBER() OVER (ORDER BY caller_id) AS caller_no
    FROM (SELECT DISTINCT caller_id FROM attempt_core) AS distinct_caller
),

-- a test is in no episode: tests have chains of their own
attempt_with_gap AS (
    SELECT
        attempt_id, attempt_no, caller_id, is_test, network,
        LAG(network, 1) OVER (PARTITION BY caller_id, is_test ORDER BY attempt_no) AS previous_network,
        elapsed_ms(LAG(started_at_utc, 1) OVER (PARTITION BY caller_id, is_test ORDER BY attempt_no), started_at_utc) AS gap_ms
    FROM attempt_core
),

attempt_in_chain AS (
    SELECT
        attempt_id, caller_id, is_test,
        COALESCE(network <> previous_network, FALSE) AS is_on_other_network,
        SUM(CASE WHEN gap_ms IS NULL OR gap_ms > 1000 * $episode_gap_s THEN 1 ELSE 0 END)
            OVER (PARTITION BY caller_id, is_test ORDER BY attempt_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_no,
        SUM(CASE WHEN gap_ms IS NULL OR gap_ms > 60000 THEN 1 ELSE 0 END)
            OVER (PARTITION BY caller_id, is_test ORDER BY attempt_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_60_no,
        SUM(CASE WHEN gap_ms IS NULL OR gap_ms > 300000 THEN 1 ELSE 0 END)
            OVER (PARTITION BY caller_id, is_test ORDER BY attempt_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_300_no,
        SUM(CASE WHEN gap_ms IS NULL OR gap_ms > 3600000 THEN 1 ELSE 0 END)
            OVER (PARTITION BY caller_id, is_test ORDER BY attempt_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_3600_no
    FROM attempt_with_gap
)

SELECT
    a.attempt_id,
    a.caller_id,
    n.caller_no,
    CAST(1 AS BIGINT) AS callers,
    m.source_set,
    m.exclusion_set,
    a.network,
    a.region,
    a.access,
    a.started_at_utc,
    DATE_TRUNC('hour', a.started_at_utc) AS hour_utc,
    a.legs,
    a.is_test,
    o.attempt_id IS NOT NULL AS is_in_outage,
    a.caller_basis <> 'own' AS is_identified,
    a.imei14 IS NOT NULL AND a.imsi IS NULL AND a.e164 IS NULL AS is_simless,
    a.is_answered,
    COALESCE(a.match_kind = 'weak', FALSE) AS is_weak,
    v.attempt_id IS NOT NULL AS is_in_half_window,
    w.attempt_id IS NOT NULL AS is_in_double_window,
    c.is_on_other_network,
    a.state,
    s.unmatched_state,
    s.carrier_state,
    h.heard_after_ms,
    CAST(CASE WHEN c.is_test THEN -c.episode_no ELSE c.episode_no END AS BIGINT) AS episode_no,
    CAST(CASE WHEN c.is_test THEN -c.episode_60_no ELSE c.episode_60_no END AS BIGINT) AS episode_60_no,
    CAST(CASE WHEN c.is_test THEN -c.episode_300_no ELSE c.episode_300_no END AS BIGINT) AS episode_300_no,
    CAST(CASE WHEN c.is_test THEN -c.episode_3600_no ELSE c.episode_3600_no END AS BIGINT) AS episode_3600_no
FROM attempt AS a
INNER JOIN attempt_state AS s ON a.attempt_id = s.attempt_id
INNER JOIN attempt_in_chain AS c ON a.attempt_id = c.attempt_id
INNER JOIN numbered_caller AS n ON a.caller_id = n.caller_id
INNER JOIN attempt_set AS m ON a.attempt_id = m.attempt_id
LEFT JOIN outage_attempt AS o ON a.attempt_id = o.attempt_id
LEFT JOIN window_match AS v ON a.attempt_id = v.attempt_id AND v.width = 'half'
LEFT JOIN window_match AS w ON a.attempt_id = w.attempt_id AND w.width = 'double'
LEFT JOIN heard_after AS h ON a.attempt_id = h.attempt_id
ORDER BY a.attempt_id
