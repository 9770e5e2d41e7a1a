/*---
id = "condensed_by_hour"
title = "The attempt facts of one caller of each sort that no definition can tell apart, with their number; starts are told apart by the hour"
why = "A count under another definition need not look at a million rows. Callers whose attempts agree in every column that a definition asks for, in their hours and in their order, are counted alike under all of them. Callers with more than four attempts, or with two of one instant, stand for themselves."
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
-- a definition asks for a name or for none: an empty one is none
WITH place AS (
    SELECT
        network, region, access, source_set, exclusion_set,
        ROW_NUMBER() OVER (ORDER BY network, region, access, source_set, exclusion_set) AS place_no
    FROM (
        SELECT DISTINCT
            COALESCE(network, '') AS network, COALESCE(region, '') AS region, COALESCE(access, '') AS access, source_set, exclusion_set
        FROM attempt_fact
    ) AS distinct_place
),

coded AS (
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
        -- no other attempt is a failure under any definition but one: that calls undecided what the carrier delivered, and that failed
        CASE
            WHEN f.state <> 'delivered' OR f.carrier_state = 'failed' THEN 1
            WHEN f.is_answered IS FALSE OR NOT f.is_in_half_window OR NOT f.is_in_double_window THEN 1
            ELSE 0
        END AS doubt
    FROM attempt_fact AS f
    INNER JOIN place AS p
        ON
            COALESCE(f.network, '') = p.network AND COALESCE(f.region, '') = p.region AND COALESCE(f.access, '') = p.access
            AND f.source_set = p.source_set AND f.exclusion_set = p.exclusion_set
),

placed AS (
    SELECT
        caller_no, callers, sort, doubt,
        ROW_NUMBER() OVER (PARTITION BY caller_no ORDER BY started_at_utc) AS place_no,
        started_at_utc = LAG(started_at_utc, 1) OVER (PARTITION BY caller_no ORDER BY started_at_utc) AS is_tied
    FROM (SELECT caller_no, callers, started_at_utc, doubt, CONCAT(kind, ' ', CAST(hour_utc AS VARCHAR)) AS sort FROM coded) AS timed
),

signed AS (
    SELECT
        caller_no,
        MIN(callers) AS callers,
        MAX(doubt) AS doubt,
        MAX(CASE WHEN place_no = 1 THEN sort END) AS sort_1,
        MAX(CASE WHEN place_no = 2 THEN sort END) AS sort_2,
        MAX(CASE WHEN place_no = 3 THEN sort END) AS sort_3,
        MAX(CASE WHEN place_no = 4 THEN sort END) AS sort_4,
        MAX(CASE WHEN place_no > 4 OR is_tied THEN caller_no END) AS own_no
    FROM placed
    GROUP BY caller_no
),

alike AS (
    SELECT MIN(caller_no) AS caller_no, CAST(SUM(callers) AS BIGINT) AS callers, MAX(doubt) AS doubt
    FROM signed
    GROUP BY sort_1, sort_2, sort_3, sort_4, own_no
)

SELECT
    f.attempt_id, f.caller_id, f.caller_no, a.callers, f.source_set, f.exclusion_set, f.network, f.region, f.access,
    f.started_at_utc, f.hour_utc, f.legs, f.is_test, f.is_in_outage, f.is_identified, f.is_simless, f.is_answered, f.is_weak,
    f.is_in_half_window, f.is_in_double_window, f.is_on_other_network, f.state, f.unmatched_state, f.carrier_state,
    f.heard_after_ms, f.episode_no, f.episode_60_no, f.episode_300_no, f.episode_3600_no, f.kind,
    a.doubt = 1 AS is_doubtful
FROM coded AS f
INNER JOIN alike AS a ON f.caller_no = a.caller_no
ORDER BY f.attempt_id
