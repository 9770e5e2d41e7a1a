/*---
id = "promise_evidence"
title = "What is in evidence to judge each promise by"
why = "Without subscribers no account is known, without attempts, or where nothing says on which network they were made, none is known to be affected, without credits none is paid: unknown, and not zero. A promise that leaves out causes of third parties hangs on the place of the fault."
grain = ["promise_no"]

[columns]
promise_no = "INTEGER"
has_affected = { type = "BOOLEAN", is = "accounts of failed callers can be known", privacy = "public" }
has_potential = { type = "BOOLEAN", is = "accounts of the outage's networks and areas can be known", privacy = "public" }
has_promised = { type = "BOOLEAN", is = "the accounts that the promise is for can be known", privacy = "public" }
has_paid = { type = "BOOLEAN", is = "and what was paid to them", privacy = "public" }
---*/
WITH present AS (
    SELECT
        COALESCE(MAX(CASE WHEN role = 'subscribers' THEN 1 END), 0) = 1 AS has_subscribers,
        COALESCE(MAX(CASE WHEN role = 'attempts' THEN 1 END), 0) = 1 AS has_attempts,
        COALESCE(MAX(CASE WHEN role = 'credits' THEN 1 END), 0) = 1 AS has_credits
    FROM role_evidence
    WHERE is_evidence
)

SELECT
    p.declared_no AS promise_no,
    e.has_subscribers AND e.has_attempts AND u.outage_id IS NULL AS has_affected,
    e.has_subscribers AS has_potential,
    e.has_subscribers AND (e.has_attempts AND u.outage_id IS NULL OR p.audience <> 'affected') AS has_promised,
    e.has_subscribers AND e.has_credits AND (e.has_attempts AND u.outage_id IS NULL OR p.audience <> 'affected') AS has_paid
FROM promise AS p
CROSS JOIN present AS e
LEFT JOIN unplaced_outage AS u ON p.outage_id = u.outage_id
ORDER BY promise_no
