/*---
id = "condensed"
title = "The facts of callers who may have met a failure, each kind that no definition can tell apart once, with their number"
why = "A search asks for hundreds of figures. Callers whose attempts agree in every column a definition asks for are counted alike under all of them; starts are told apart by the hour and by their order. Callers of whom no definition makes a failure are left out; only one that calls undecided what the carrier delivered, and that a failure, would."
grain = ["attempt_id"]

[params.gap_s]
type = "integer"
unit = "s"
default = 600
why = "The case's own gap of episodes."
[params.by_hour]
type = "text"
unit = "yes or no"
default = "yes"
why = "no: callers are told apart by the hour no longer, for figures that leave out none."

[columns]
---*/
WITH doubtful AS (
    SELECT DISTINCT caller_no
    FROM attempt_fact
    WHERE is_test OR state <> 'delivered' OR carrier_state = 'failed' OR is_answered IS FALSE OR NOT is_in_half_window
),

coded AS (
    SELECT
        f.caller_no,
        HASH(
            source_mask, exclusion_mask, network, region, access, CASE WHEN $by_hour = 'yes' THEN hour_utc END, legs, is_test,
            is_in_outage, is_identified, is_simless, is_answered, is_weak, is_in_half_window, is_in_double_window, is_on_other_network,
            state, unmatched_state, carrier_state,
            heard_after_ms <= 60000, heard_after_ms <= 300000, heard_after_ms <= 1000 * CAST($gap_s AS BIGINT), heard_after_ms <= 3600000,
            episode_no, episode_60_no, episode_300_no, episode_3600_no
        ) AS code,
        started_at_utc
    FROM attempt_fact AS f
    INNER JOIN doubtful AS d ON f.caller_no = d.caller_no
),

signed AS (
    SELECT caller_no, LIST(code ORDER BY started_at_utc, code) AS signature, COUNT(DISTINCT started_at_utc) AS starts
    FROM coded
    GROUP BY caller_no
),

alike AS (
    SELECT MIN(caller_no) AS caller_no, COUNT(*) AS callers
    FROM signed
    GROUP BY signature, starts
)

-- the facts as they are, whatever their columns
SELECT f.* REPLACE (a.callers AS callers)  -- noqa: AM04
FROM attempt_fact AS f
INNER JOIN alike AS a ON f.caller_no = a.caller_no
