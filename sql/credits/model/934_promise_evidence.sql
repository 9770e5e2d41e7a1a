/*---
id = "promise_evidence"
title = "What is in evidence to judge each promise by"
why = "Without subscribers no account is known, without attempts none is known to be affected, without credits none is paid: unknown, and not zero. So it is where no record gives a column that decides: account, network or region of a subscriber, network of an attempt, amount, currency or time of a credit (contract 3.12)."
grain = ["promise_no"]

[columns]
promise_no = "INTEGER"
has_affected = { type = "BOOLEAN", is = "accounts of failed callers can be known", privacy = "public" }
has_potential = { type = "BOOLEAN", is = "accounts of the outage's networks and areas can be known", privacy = "public" }
has_promised = { type = "BOOLEAN", is = "the accounts that the promise is for can be known", privacy = "public" }
has_credits = { type = "BOOLEAN", is = "what was paid to anybody can be known", privacy = "public" }
has_paid = { type = "BOOLEAN", is = "and what was paid to the accounts that the promise is for", privacy = "public" }
has_timed = { type = "BOOLEAN", is = "and whether in time, where the promise names a day", privacy = "public" }
---*/
WITH present AS (
    SELECT
        COALESCE(MAX(CASE WHEN role = 'subscribers' THEN 1 END), 0) = 1 AS has_subscribers,
        COALESCE(MAX(CASE WHEN role = 'attempts' THEN 1 END), 0) = 1 AS has_attempts,
        COALESCE(MAX(CASE WHEN role = 'credits' THEN 1 END), 0) = 1 AS has_credits
    FROM role_evidence
    WHERE is_evidence
),

-- a log without records lacks no column: nobody is listed, nothing was paid
listed AS (
    SELECT
        COUNT(*) = 0 OR COUNT(account_id) > 0 AS has_accounts,
        COUNT(*) = 0 OR COUNT(network) > 0 AS has_networks,
        COUNT(*) = 0 OR COUNT(region) > 0 AS has_regions
    FROM subscriber
),

credited AS (
    SELECT
        COUNT(*) = 0 OR COUNT(CASE WHEN amount IS NOT NULL AND currency IS NOT NULL THEN 1 END) > 0 AS has_prices,
        COUNT(*) = 0 OR COUNT(credited_at_utc) > 0 AS has_times
    FROM credit
),

read_promise AS (
    SELECT
        p.declared_no AS promise_no, p.audience, p.by_ends_utc, c.has_times,
        e.has_subscribers AND l.has_accounts AS has_accounts,
        e.has_subscribers AND l.has_accounts AND e.has_attempts AND u.outage_id IS NULL AS has_affected,
        e.has_subscribers AND l.has_accounts
        AND (l.has_networks OR NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = p.outage_id))
        AND (l.has_regions OR NOT EXISTS (SELECT 1 FROM outage_area AS n WHERE n.outage_id = p.outage_id)) AS has_potential,
        e.has_credits AND c.has_prices AS has_credits
    FROM promise AS p
    CROSS JOIN present AS e
    CROSS JOIN listed AS l
    CROSS JOIN credited AS c
    LEFT JOIN unplaced_outage AS u ON p.outage_id = u.outage_id
),

judged_promise AS (
    SELECT
        *,
        CASE audience WHEN 'affected' THEN has_affected WHEN 'potentially_affected' THEN has_potential ELSE has_accounts END AS has_promised
    FROM read_promise
)

SELECT
    promise_no, has_affected, has_potential, has_promised, has_credits,
    has_promised AND has_credits AS has_paid,
    has_promised AND has_credits AND (has_times OR by_ends_utc IS NULL) AS has_timed
FROM judged_promise
ORDER BY promise_no
