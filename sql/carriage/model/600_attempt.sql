/*---
id = "attempt"
title = "One try by one device to set up an emergency call, with its result"
why = "Most questions begin with this table. One row is one attempt, tests included, with its state, basis, match, episode and outage."
grain = ["attempt_id"]

[columns]
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
network = "VARCHAR"
element = "VARCHAR"
started_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
dialled = "VARCHAR"
service_category = "INTEGER"
access = "VARCHAR"
cell_id = "VARCHAR"
region = "VARCHAR"
tac = "VARCHAR"
route = "VARCHAR"
release_cause = "INTEGER"
sip_status = "INTEGER"
release_location = "VARCHAR"
disposition = { type = "VARCHAR", is = "the carrier's own word for how it ended" }
outcome = { type = "VARCHAR", is = "what the carrier's own records say of it, best leg: answered, ringing, refused or lost" }
legs = "BIGINT"
final_record_id = "VARCHAR"
is_test = "BOOLEAN"
test_reason = "VARCHAR"
state = { type = "VARCHAR", is = "exactly one of test, delivered, undetermined, cancelled, failed" }
basis = "VARCHAR"
is_answered = "BOOLEAN"
is_covered = { type = "BOOLEAN", is = "a centre log covers the time of the attempt", privacy = "public" }
centre_record_id = { type = "VARCHAR", is = "the centre's record it was matched with; see centre_call.record_id", privacy = "public", as = "record", joins = "centre_call.record_id" }
match_kind = "VARCHAR"
residual_ms = "BIGINT"
episode_id = "VARCHAR"
outage_id = "VARCHAR"
---*/
SELECT
    a.attempt_id, a.caller_id, a.caller_basis, a.e164, a.imsi, a.imei14, a.network, a.element,
    a.started_at_utc, a.answered_at_utc, a.released_at_utc, a.dialled, a.service_category,
    COALESCE(a.access, t.access) AS access,
    a.cell_id, p.region, p.tac, a.route, a.release_cause, a.sip_status,
    a.release_location, a.disposition, a.outcome, a.legs, a.final_record_id, a.is_test, a.test_reason,
    s.state,
    s.basis,
    CASE WHEN s.state = 'delivered' THEN COALESCE(r.is_answered, FALSE) END AS is_answered,
    s.is_covered,
    s.record_id AS centre_record_id,
    s.match_kind,
    s.residual_ms,
    e.episode_id,
    f.outage_id
FROM attempt_core AS a
INNER JOIN attempt_state AS s ON a.attempt_id = s.attempt_id
INNER JOIN attempt_place AS p ON a.attempt_id = p.attempt_id
LEFT JOIN network_site AS t ON a.cell_id = t.cell_id AND a.network IS NOT DISTINCT FROM t.network
LEFT JOIN centre_core AS r ON s.record_id = r.record_id
LEFT JOIN outage_failure AS f ON a.attempt_id = f.attempt_id
LEFT JOIN episode_step AS g ON a.attempt_id = g.attempt_id
LEFT JOIN episode_core AS e ON g.caller_id = e.caller_id AND g.episode_no = e.episode_no
ORDER BY a.attempt_id
