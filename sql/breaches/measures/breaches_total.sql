/*---
id = "breaches_total"
name = "breaches.total"
unit = "breaches"
definition = "Duties broken, of every clause: one failed call may break several, so these are no calls"
grain = ["clause", "breaker", "subject"]
requires = ["attempts|notifications", "addressed notices", "placed outages"]
unknown_because = "attempts, welfare checks or notices that show whether a duty was broken are in no source"

[columns]
clause = "VARCHAR"
breaker = "VARCHAR"
subject = "VARCHAR"
at_utc = "TIMESTAMP"
status = "VARCHAR"
attempt_id = "VARCHAR"
caller_id = "VARCHAR"
outage_id = "VARCHAR"
record_id = { type = "VARCHAR", is = "the notice or check that decides" }
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT
    clause, breaker, subject, at_utc, status, attempt_id, caller_id, outage_id, record_id,
    CAST(1 AS BIGINT) AS weight,
    TRUE AS is_certain
FROM breach
UNION ALL
-- a part that is not in evidence leaves the sum unknown
SELECT
    b.clause, b.breaker, '' AS subject, NULL AS at_utc, NULL AS status, NULL AS attempt_id, NULL AS caller_id, NULL AS outage_id,
    NULL AS record_id, NULL AS weight, TRUE AS is_certain
FROM breaker AS b
WHERE
    NOT EXISTS (SELECT 1 FROM role_evidence AS r WHERE r.role = 'attempts' AND r.is_evidence)
    OR (b.breaker = 'welfare_check' AND EXISTS (SELECT 1 FROM welfare_duty AS d WHERE d.status IS NULL))
UNION ALL
SELECT
    s.clause, 'notice' AS breaker, s.outage_id || ' ' || s.duty_id AS subject, NULL AS at_utc, NULL AS status, NULL AS attempt_id,
    NULL AS caller_id, s.outage_id, NULL AS record_id, NULL AS weight, TRUE AS is_certain
FROM duty_status AS s
WHERE s.is_mandatory AND s.status IS NULL
ORDER BY clause, breaker, subject
