/*---
id = "condensed"
title = "The same without the hour: for figures that neither leave out an hour nor have a window"
why = "A million rows become few. Most figures use no hour."
grain = ["attempt_id"]

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
WITH numbered_attempt AS (
    SELECT
        caller_no, callers, sort, doubt,
        ROW_NUMBER() OVER (PARTITION BY caller_no ORDER BY started_at_utc) AS place_no,
        started_at_utc = LAG(started_at_utc, 1) OVER (PARTITION BY caller_no ORDER BY started_at_utc) AS is_tied
    FROM (
        SELECT caller_no, callers, started_at_utc, kind AS sort, CASE WHEN is_doubtful THEN 1 ELSE 0 END AS doubt
        FROM condensed_by_hour
    ) AS untimed
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
FROM condensed_by_hour AS f
INNER JOIN caller_group AS a ON f.caller_no = a.caller_no
ORDER BY f.attempt_id
