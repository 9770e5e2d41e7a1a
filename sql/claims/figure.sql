/*---
id = "figure"
title = "Any figure under any definition, and many at once: the rows that each counts, with their weight"
why = "One rule for every count: first the state of each attempt under the switches, then attempts, episodes or callers. With every switch at its default it gives the audit's own measures. Every parameter is a list with one entry for each definition, so one pass counts hundreds."
grain = ["definition_no", "subject"]

[params.unit]
type = "text"
unit = "name"
default = "attempts"
why = "What is counted: attempts, episodes or callers."
[params.counted]
type = "text"
unit = "name"
default = "failed"
why = "Which of them: any, failed, delivered, undetermined, cancelled, test, answered (attempts), reached (episodes; callers with a failed attempt who were reached after all)."
[params.sources]
type = "list"
unit = "numbers"
default = ""
why = "Sources that the publisher had. None: all. An attempt that only other sources logged was unknown to the publisher; its arrival at the centre was not."
[params.exclusions]
type = "list"
unit = "numbers"
default = ""
why = "Exclusions in force. None: no exclusion. Attempts that they name are not counted."
[params.networks]
type = "list"
unit = "names"
default = ""
why = "Networks counted. None: all."
[params.areas]
type = "list"
unit = "names"
default = ""
why = "Regions counted. None: all."
[params.access]
type = "list"
unit = "names"
default = ""
why = "Kinds of access counted. None: all."
[params.start_utc]
type = "time"
unit = "UTC"
default = ""
why = "First instant counted. None: no bound."
[params.end_utc]
type = "time"
unit = "UTC"
default = ""
why = "First instant that is no longer counted. None: no bound."
[params.hour_out_utc]
type = "time"
unit = "UTC"
default = ""
why = "An hour that is left out. None: all hours count."
[params.outage]
type = "text"
unit = "switch"
default = "any"
why = "inside: only attempts in a significant outage, on its networks."
[params.tests]
type = "text"
unit = "switch"
default = "out"
why = "in: tests count like any attempt."
[params.legs]
type = "text"
unit = "switch"
default = "merged"
why = "separate: every record of an attempt counts."
[params.cancelled]
type = "text"
unit = "switch"
default = "apart"
why = "failed: a call that the caller ended at once counts as failed."
[params.weak]
type = "text"
unit = "switch"
default = "undetermined"
why = "delivered: a weak match counts as a match; ignored: it does not."
[params.undetermined]
type = "text"
unit = "switch"
default = "apart"
why = "failed or delivered: attempts that the logs cannot decide count as this state."
[params.abandoned]
type = "text"
unit = "switch"
default = "delivered"
why = "failed: a call that was presented but not answered counts as failed."
[params.gap_s]
type = "integer"
unit = "s"
default = 600
why = "Retries within this gap are one episode: the case's own gap, or 60, 300 or 3600."
[params.rescue]
type = "text"
unit = "switch"
default = "any"
why = "own_network: a call that another network carried does not make the caller reached; none: no later call does."
[params.simless]
type = "text"
unit = "switch"
default = "in"
why = "out: phones without a SIM are not counted."
[params.unknown]
type = "text"
unit = "switch"
default = "in"
why = "out: attempts without any identity of the caller are not counted."
[params.match_window]
type = "text"
unit = "switch"
default = "usual"
why = "half, double: the match made again in a window of half or twice the width."
[params.basis]
type = "text"
unit = "switch"
default = "centre"
why = "carrier: the states come from the carrier's own records."

[columns]
definition_no = "BIGINT"
subject = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
started_at_utc = "TIMESTAMP"
weight = "BIGINT"
---*/
WITH asked_definition AS (
    SELECT
        UNNEST(RANGE(LEN(CAST($unit AS VARCHAR[])))) AS definition_no,
        UNNEST(CAST($unit AS VARCHAR[])) AS unit,
        UNNEST(CAST($counted AS VARCHAR[])) AS counted,
        UNNEST(CAST($sources AS BIGINT[][])) AS sources,
        UNNEST(CAST($exclusions AS BIGINT[][])) AS exclusions,
        UNNEST(CAST($networks AS VARCHAR[][])) AS networks,
        UNNEST(CAST($areas AS VARCHAR[][])) AS areas,
        UNNEST(CAST($access AS VARCHAR[][])) AS access,
        UNNEST(CAST($start_utc AS TIMESTAMP[])) AS start_utc,
        UNNEST(CAST($end_utc AS TIMESTAMP[])) AS end_utc,
        UNNEST(CAST($hour_out_utc AS TIMESTAMP[])) AS hour_out_utc,
        UNNEST(CAST($outage AS VARCHAR[])) AS outage,
        UNNEST(CAST($tests AS VARCHAR[])) AS tests,
        UNNEST(CAST($legs AS VARCHAR[])) AS legs,
        UNNEST(CAST($cancelled AS VARCHAR[])) AS cancelled,
        UNNEST(CAST($weak AS VARCHAR[])) AS weak,
        UNNEST(CAST($undetermined AS VARCHAR[])) AS undetermined,
        UNNEST(CAST($abandoned AS VARCHAR[])) AS abandoned,
        UNNEST(CAST($gap_s AS BIGINT[])) AS gap_s,
        UNNEST(CAST($rescue AS VARCHAR[])) AS rescue,
        UNNEST(CAST($simless AS VARCHAR[])) AS simless,
        UNNEST(CAST($unknown AS VARCHAR[])) AS unknown,
        UNNEST(CAST($match_window AS VARCHAR[])) AS match_window,
        UNNEST(CAST($basis AS VARCHAR[])) AS basis
),

chosen_set AS (
    SELECT DISTINCT d.definition_no, m.kind, m.spelling
    FROM asked_definition AS d
    INNER JOIN set_member AS m ON LIST_CONTAINS(CASE m.kind WHEN 'source' THEN d.sources ELSE d.exclusions END, m.member_no)
),

fact_by_definition AS (
    SELECT
        f.*,
        d.definition_no, d.unit, d.counted, d.networks, d.areas, d.access AS accesses, d.start_utc, d.end_utc, d.hour_out_utc,
        d.outage, d.legs AS leg_switch, d.cancelled, d.undetermined, d.abandoned, d.gap_s, d.rescue, d.simless, d.unknown,
        d.sources IS NULL OR h.spelling IS NOT NULL AS is_held,
        x.spelling IS NOT NULL AS is_excluded,
        CASE
            WHEN f.is_test AND d.tests = 'out' THEN 'test'
            WHEN d.basis = 'carrier' THEN f.carrier_state
            WHEN f.is_test THEN CASE WHEN f.unmatched_state = 'failed' THEN 'failed' ELSE 'delivered' END
            WHEN f.is_weak AND d.weak = 'delivered' THEN 'delivered'
            WHEN f.is_weak AND d.weak = 'ignored' THEN f.unmatched_state
            WHEN d.match_window = 'half' AND f.is_in_half_window OR d.match_window = 'double' AND f.is_in_double_window THEN 'delivered'
            WHEN d.match_window <> 'usual' AND f.state = 'delivered' THEN f.unmatched_state
            ELSE f.state
        END AS base_state
    FROM attempt_fact AS f
    CROSS JOIN asked_definition AS d
    LEFT JOIN chosen_set AS h ON d.definition_no = h.definition_no AND h.kind = 'source' AND f.source_set = h.spelling
    LEFT JOIN chosen_set AS x ON d.definition_no = x.definition_no AND x.kind = 'exclusion' AND f.exclusion_set = x.spelling
),

counted_attempt AS MATERIALIZED (
    SELECT
        definition_no, unit, counted, gap_s, rescue,
        attempt_id, caller_id, caller_no, callers, started_at_utc, heard_after_ms, is_answered, is_on_other_network, is_held,
        callers * CASE WHEN leg_switch = 'separate' THEN legs ELSE 1 END AS weight,
        CASE
            WHEN base_state = 'cancelled' AND cancelled = 'failed' THEN 'failed'
            WHEN base_state = 'undetermined' AND undetermined <> 'apart' THEN undetermined
            WHEN base_state = 'delivered' AND abandoned = 'failed' AND is_answered IS FALSE THEN 'failed'
            ELSE base_state
        END AS state,
        is_held
        AND NOT is_excluded
        AND (networks IS NULL OR LIST_CONTAINS(networks, COALESCE(network, '')))
        AND (areas IS NULL OR LIST_CONTAINS(areas, COALESCE(region, '')))
        AND (accesses IS NULL OR LIST_CONTAINS(accesses, COALESCE(access, '')))
        AND (start_utc IS NULL OR started_at_utc >= start_utc)
        AND (end_utc IS NULL OR started_at_utc < end_utc)
        AND (hour_out_utc IS NULL OR hour_utc <> hour_out_utc)
        AND (outage = 'any' OR is_in_outage)
        AND (simless = 'in' OR NOT is_simless)
        AND (unknown = 'in' OR is_identified) AS is_counted,
        CASE gap_s WHEN 60 THEN episode_60_no WHEN 300 THEN episode_300_no WHEN 3600 THEN episode_3600_no ELSE episode_no END AS episode_no
    FROM fact_by_definition
),

failing_caller AS (
    SELECT DISTINCT definition_no, caller_no
    FROM counted_attempt
    WHERE unit <> 'attempts' AND state = 'failed' AND is_counted
),

-- An attempt that the publisher could not see makes its caller reached only if it arrived at the centre.
-- A count of failures leaves out callers without a failure.
chained_attempt AS (
    SELECT j.*
    FROM counted_attempt AS j
    LEFT JOIN failing_caller AS f ON j.definition_no = f.definition_no AND j.caller_no = f.caller_no
    WHERE
        j.unit <> 'attempts' AND j.state <> 'test' AND (j.is_held OR j.state = 'delivered' AND j.rescue = 'any')
        AND (f.caller_no IS NOT NULL OR NOT (j.counted = 'failed' OR j.counted = 'reached' AND j.unit = 'callers'))
),

episode_by_definition AS (
    SELECT
        definition_no, caller_no, episode_no,
        MIN(callers) AS callers,
        MIN(caller_id) AS caller_id,
        MIN(attempt_id) AS attempt_id,
        MIN(started_at_utc) AS started_at_utc,
        MAX(CASE WHEN is_counted THEN 1 ELSE 0 END) = 1 AS is_counted,
        MAX(CASE WHEN is_counted AND state = 'failed' THEN 1 ELSE 0 END) = 1 AS is_failure_counted,
        MAX(CASE WHEN state = 'failed' THEN started_at_utc END) AS failed_at_utc,
        MAX(CASE WHEN state = 'delivered' AND (rescue <> 'own_network' OR NOT is_on_other_network) THEN started_at_utc END)
            AS delivered_at_utc,
        MAX(CASE WHEN state = 'undetermined' THEN started_at_utc END) AS undetermined_at_utc,
        MAX_BY(COALESCE(heard_after_ms, -1), ROW(started_at_utc, heard_after_ms)) FILTER (WHERE state = 'failed') AS heard_after_ms,
        MAX(CASE WHEN state = 'delivered' THEN started_at_utc END) AS any_delivered_at_utc
    FROM chained_attempt
    GROUP BY definition_no, caller_no, episode_no
),

ended_episode AS NOT MATERIALIZED (
    SELECT
        c.*, d.unit, d.counted,
        -- if no call can make a caller reached, attempts after the last failed one are ignored
        CASE
            WHEN c.failed_at_utc IS NOT NULL AND d.rescue = 'none' THEN episode_state(c.failed_at_utc, NULL, NULL, FALSE)
            ELSE episode_state(
                c.failed_at_utc, CASE WHEN c.failed_at_utc IS NULL THEN c.any_delivered_at_utc ELSE c.delivered_at_utc END,
                c.undetermined_at_utc,
                d.rescue = 'any' AND c.heard_after_ms BETWEEN 0 AND 1000 * d.gap_s
            )
        END AS state
    FROM episode_by_definition AS c
    INNER JOIN asked_definition AS d ON c.definition_no = d.definition_no
),

caller_by_definition AS (
    SELECT
        definition_no, caller_no,
        MIN(counted) AS counted,
        MIN(callers) AS callers,
        MIN(caller_id) AS caller_id,
        MIN(attempt_id) AS attempt_id,
        MIN(started_at_utc) AS started_at_utc,
        MAX(CASE WHEN is_counted THEN 1 ELSE 0 END) = 1 AS is_counted,
        MAX(CASE WHEN is_failure_counted AND state = 'failed' THEN 1 ELSE 0 END) = 1 AS is_failed,
        MAX(CASE WHEN is_failure_counted THEN 1 ELSE 0 END) = 1 AS has_failure,
        MIN(CASE WHEN state = 'reached' OR failed_at_utc IS NULL THEN 1 ELSE 0 END) = 1 AS is_reached
    FROM ended_episode
    WHERE unit = 'callers'
    GROUP BY definition_no, caller_no
)

SELECT definition_no, attempt_id AS subject, attempt_id, caller_id, started_at_utc, weight
FROM counted_attempt
WHERE
    unit = 'attempts' AND is_counted
    AND (counted = 'any' OR state = counted OR counted = 'answered' AND state = 'delivered' AND is_answered)
UNION ALL
SELECT definition_no, caller_id || '#' || episode_no AS subject, attempt_id, caller_id, started_at_utc, callers AS weight
FROM ended_episode
WHERE
    unit = 'episodes'
    AND CASE
        WHEN counted = 'failed' THEN is_failure_counted AND state = 'failed'
        ELSE is_counted AND (counted = 'any' OR state = counted)
    END
UNION ALL
SELECT definition_no, caller_id AS subject, attempt_id, caller_id, started_at_utc, callers AS weight
FROM caller_by_definition
WHERE CASE counted WHEN 'failed' THEN is_failed WHEN 'reached' THEN has_failure AND is_reached ELSE is_counted END
