/*---
id = "breach"
title = "Each duty broken: the clause, what broke it, and when"
why = "One failed call may break several duties, so breaches are a unit of their own and are never added to calls (contract 5.7). The regime says which clauses a failed attempt and a late or missing welfare check break; a mandatory duty of notice breaks its own. A promise breaks none."
grain = ["clause", "breaker", "subject"]

[columns]
clause = { type = "VARCHAR", is = "clause that was broken, as the regime or the case names it" }
breaker = "VARCHAR"
subject = { type = "VARCHAR", is = "the attempt, the episode with a check due, or the duty of notice under an outage" }
at_utc = "TIMESTAMP"
status = { type = "VARCHAR", is = "how it was broken: failed, late, missing, misaddressed or lacks_fields" }
attempt_id = { type = "VARCHAR", is = "the attempt, or the last failed one of the episode; null for a notice" }
episode_id = "VARCHAR"
caller_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage it was broken in; null outside every significant one" }
record_id = { type = "VARCHAR", is = "the notice or check that decides; null where there is none" }
---*/
WITH last_failed AS (
    SELECT
        episode_id, attempt_id,
        ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY started_at_utc DESC, attempt_id DESC) AS place
    FROM attempt
    WHERE state = 'failed'
),

broken AS (
    SELECT
        b.clause, b.breaker, a.attempt_id AS subject, a.started_at_utc AS at_utc, 'failed' AS status,
        a.attempt_id, a.episode_id, a.caller_id, a.outage_id, NULL AS record_id
    FROM breaker AS b
    INNER JOIN attempt AS a ON a.state = 'failed'
    WHERE b.breaker = 'failed_attempt'
    UNION ALL
    SELECT
        b.clause, b.breaker, d.episode_id AS subject, d.due_from_utc AS at_utc, d.status,
        l.attempt_id, d.episode_id, d.caller_id, d.outage_id, d.check_record_id AS record_id
    FROM breaker AS b
    INNER JOIN welfare_duty AS d ON d.status IN ('late', 'missing')
    LEFT JOIN last_failed AS l ON d.episode_id = l.episode_id AND l.place = 1
    WHERE b.breaker = 'welfare_check'
    UNION ALL
    SELECT
        s.clause, 'notice' AS breaker, s.outage_id || ' ' || s.duty_id AS subject, COALESCE(s.due_at_utc, o.starts_at_utc) AS at_utc,
        s.status, NULL AS attempt_id, NULL AS episode_id, NULL AS caller_id, s.outage_id, s.record_id
    FROM duty_status AS s
    INNER JOIN outage_course AS o ON s.outage_id = o.outage_id
    WHERE s.is_mandatory AND s.status IN ('late', 'missing', 'misaddressed', 'lacks_fields')
)

SELECT clause, breaker, subject, at_utc, status, attempt_id, episode_id, caller_id, outage_id, record_id
FROM broken
ORDER BY clause, breaker, subject
