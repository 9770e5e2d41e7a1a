/*---
id = "cut_fact"
title = "Condensed facts, but uncondensed facts of callers with an attempt in an hour that the edge of a window cuts"
why = "Condensed facts know starts by the hour only. Callers with an attempt in an hour that is partly counted are compared to the millisecond. All callers of one condensed group have the same hours, so the others stay condensed."
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
---*/
WITH caller_in_cut_hour AS (
    SELECT DISTINCT f.caller_no
    FROM every_fact AS f
    INNER JOIN cut_hour AS h ON f.hour_utc = h.hour_utc
)

SELECT
    c.attempt_id, c.caller_id, c.caller_no, c.callers, c.source_set, c.exclusion_set, c.network, c.region, c.access,
    c.started_at_utc, c.hour_utc, c.legs, c.is_test, c.is_in_outage, c.is_identified, c.is_simless, c.is_answered,
    c.is_weak, c.is_in_half_window, c.is_in_double_window, c.is_on_other_network, c.state, c.unmatched_state,
    c.carrier_state, c.heard_after_ms, c.episode_no, c.episode_60_no, c.episode_300_no, c.episode_3600_no
FROM condensed_by_hour AS c
WHERE NOT EXISTS (SELECT 1 FROM caller_in_cut_hour AS t WHERE t.caller_no = c.caller_no)
UNION ALL
SELECT
    f.attempt_id, f.caller_id, f.caller_no, f.callers, f.source_set, f.exclusion_set, f.network, f.region, f.access,
    f.started_at_utc, f.hour_utc, f.legs, f.is_test, f.is_in_outage, f.is_identified, f.is_simless, f.is_answered,
    f.is_weak, f.is_in_half_window, f.is_in_double_window, f.is_on_other_network, f.state, f.unmatched_state,
    f.carrier_state, f.heard_after_ms, f.episode_no, f.episode_60_no, f.episode_300_no, f.episode_3600_no
FROM every_fact AS f
WHERE EXISTS (SELECT 1 FROM caller_in_cut_hour AS t WHERE t.caller_no = f.caller_no)
