/*---
id = "condensed_by_hour"
title = "The attempt facts of one caller for each group of callers that every definition counts alike, with the size of the group; starts are compared by hour"
why = "A count under another definition need not read a million rows. Callers are counted alike under every definition if their attempts agree in order, in hour and in every column that a definition uses. Callers with more than four attempts, or with two at one instant, form a group of their own."
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
kind = "VARCHAR"
is_doubtful = "BOOLEAN"
---*/
-- for a definition an empty name is the same as no name
WITH place_code AS (
    SELECT
        network, region, access, source_set, exclusion_set,
        ROW_NUMBER() OVER (ORDER BY network, region, access, source_set, exclusion_set) AS place_no
    FROM (
        SELECT DISTINCT
            COALESCE(network, '') AS network, COALESCE(region, '') AS region, COALESCE(access, '') AS access, source_set, exclusion_set
        FROM attempt_fact
    ) AS distinct_place
),

coded_attempt AS (
    SELECT
        f.*,
        CONCAT(
            CAST(p.place_no AS VARCHAR), ' ', CAST(f.legs AS VARCHAR), ' ',
            f.state, ' ', f.unmatched_state, ' ', f.carrier_state, ' ',
            CASE WHEN f.is_test THEN 't' ELSE '' END,
            CASE WHEN f.is_in_outage THEN 'o' ELSE '' END,
            CASE WHEN f.is_identified THEN 'i' ELSE '' END,
            CASE WHEN f.is_simless THEN 's' ELSE '' END,
            CASE WHEN f.is_answered THEN 'a' WHEN f.is_answered IS FALSE THEN 'b' ELSE '' END,
            CASE WHEN f.is_weak THEN 'w' ELSE '' END,
            CASE WHEN f.is_in_half_window THEN 'h' ELSE '' END,
            CASE WHEN f.is_in_double_window THEN 'd' ELSE '' END,
            CASE WHEN f.is_on_other_network THEN 'n' ELSE '' END,
            CASE WHEN f.heard_after_ms <= 60000 THEN '1' ELSE '' END,
            CASE WHEN f.heard_after_ms <= 300000 THEN '5' ELSE '' END,
            CASE WHEN f.heard_after_ms <= 3600000 THEN '6' ELSE '' END,
            CASE WHEN f.heard_after_ms <= 1000 * $episode_gap_s THEN 'g' ELSE '' END, ' ',
            CAST(f.episode_no AS VARCHAR), ' ', CAST(f.episode_60_no AS VARCHAR), ' ',
            CAST(f.episode_300_no AS VARCHAR), ' ', CAST(f.episode_3600_no AS VARCHAR)
        ) AS kind,
        -- The other attempts are failures only where the carrier's records alone count and undetermined attempts are failed.
        CASE
            WHEN f.state <> 'delivered' OR f.carrier_state = 'failed' THEN 1
            WHEN f.is_answered IS FALSE OR NOT f.is_in_half_window OR NOT f.is_in_double_window THEN 1
            ELSE 0
        END AS doubt
    FROM attempt_fact AS f
    INNER JOIN place_code AS p
        ON
            COALESCE(f.network, '') = p.network AND COALESCE(f.region, '') = p.region AND COALESCE(f.access, '') = p.access
            AND f.source_set = p.source_set AND f.exclusion_set = p.exclusion_set
),

numbered_attempt AS (
    SELECT
        caller_no, callers, sort, doubt,
        ROW_NUMBER() OVER (PARTITION BY caller_no ORDER BY started_at_utc) AS place_no,
        started_at_utc = LAG(started_at_utc, 1) OVER (PARTITION BY caller_no ORDER BY started_at_utc) AS is_tied
    FROM (
        SELECT caller_no, callers, started_at_utc, doubt, CONCAT(kind, ' ', CAST(hour_utc AS VARCHAR)) AS sort
        FROM coded_attempt
    ) AS timed
),

caller_signature AS (
    SELECT
        caller_no,
        MIN(callers) AS callers,
        MAX(doubt) AS doubt,
        MAX(CASE WHEN place_no = 1 THEN sort END) AS sort_1,
        MAX(CASE WHEN place_no = 2 THEN sort END) AS sort_2,
        MAX(CASE WHEN place_no = 3 THEN sort END) AS sort_3,
        MAX(CASE WHEN place_no = 4 THEN sort END) AS sort_4,
        MAX(CASE WHEN place_no > 4 OR is_tied THEN caller_no END) AS own_no
    FROM numbered_attempt
    GROUP BY caller_no
),

caller_group AS (
    SELECT MIN(caller_no) AS caller_no, CAST(SUM(callers) AS BIGINT) AS callers, MAX(doubt) AS doubt
    FROM caller_signature
    GROUP BY sort_1, sort_2, sort_3, sort_4, own_no
)

SELECT
    f.attempt_id, f.caller_id, f.caller_no, a.callers, f.source_set, f.exclusion_set, f.network, f.region, f.access,
    f.started_at_utc, f.hour_utc, f.legs, f.is_test, f.is_in_outage, f.is_identified, f.is_simless, f.is_answered, f.is_weak,
    f.is_in_half_window, f.is_in_double_window, f.is_on_other_network, f.state, f.unmatched_state, f.carrier_state,
    f.heard_after_ms, f.episode_no, f.episode_60_no, f.episode_300_no, f.episode_3600_no, f.kind,
    a.doubt = 1 AS is_doubtful
FROM coded_attempt AS f
INNER JOIN caller_group AS a ON f.caller_no = a.caller_no
ORDER BY f.attempt_id
