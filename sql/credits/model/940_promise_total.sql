/*---
id = "promise_total"
title = "The sets of each promise, in accounts, and what was promised and paid, in minor units of its currency"
why = "promised = paid right + short + over + late + twice + missing. A figure whose evidence is missing is null. What was paid in all counts every credit in the currency, whomever it went to; what was paid to promised accounts is beside it."
grain = ["promise_no"]

[columns]
promise_no = "INTEGER"
promise_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage" }
currency = { type = "VARCHAR", is = "currency of the promise", privacy = "public", as = "id" }
affected = { type = "BIGINT", is = "accounts of callers who failed in the outage", privacy = "public", unit = "accounts" }
potentially_affected = { type = "BIGINT", is = "these, and accounts with a service on a network or in an area of the outage", privacy = "public", unit = "accounts" }
promised = { type = "BIGINT", is = "accounts that the promise is for", privacy = "public", unit = "accounts" }
paid_right = { type = "BIGINT", is = "promised accounts paid what is due, in time", privacy = "public", unit = "accounts" }
short = { type = "BIGINT", is = "promised accounts paid less", privacy = "public", unit = "accounts" }
overpaid = { type = "BIGINT", is = "promised accounts paid more", privacy = "public", unit = "accounts" }
late = { type = "BIGINT", is = "promised accounts paid after the day promised", privacy = "public", unit = "accounts" }
twice = { type = "BIGINT", is = "promised accounts paid twice", privacy = "public", unit = "accounts" }
missing = { type = "BIGINT", is = "promised accounts paid nothing", unit = "accounts" }
not_promised = { type = "BIGINT", is = "known accounts paid though the promise is not for them", privacy = "public", unit = "accounts" }
excepted_but_affected = { type = "BIGINT", is = "affected accounts of which the promise excepts every service", privacy = "public", unit = "accounts" }
unknown_class = { type = "BIGINT", is = "accounts of which it is not known whether the promise excepts them", privacy = "public", unit = "accounts" }
unknown_account = { type = "BIGINT", is = "accounts paid that no subscriber record names", privacy = "public", unit = "accounts" }
promised_minor = { type = "BIGINT", is = "what was promised", privacy = "public", unit = "minor units" }
paid_to_promised_minor = { type = "BIGINT", is = "what was paid to the accounts that the promise is for", privacy = "public", unit = "minor units" }
paid_minor = { type = "BIGINT", is = "what was paid in all, to other and to unknown accounts too", privacy = "public", unit = "minor units" }
---*/
WITH counted AS (
    SELECT
        e.promise_no,
        COUNT(CASE WHEN a.is_affected THEN 1 END) AS affected,
        COUNT(CASE WHEN a.is_potentially_affected THEN 1 END) AS potentially_affected,
        COUNT(CASE WHEN a.standing = 'promised' THEN 1 END) AS promised,
        COUNT(CASE WHEN a.status = 'paid_right' THEN 1 END) AS paid_right,
        COUNT(CASE WHEN a.status = 'short' THEN 1 END) AS short,
        COUNT(CASE WHEN a.status = 'over' THEN 1 END) AS overpaid,
        COUNT(CASE WHEN a.status = 'late' THEN 1 END) AS late,
        COUNT(CASE WHEN a.status = 'twice' THEN 1 END) AS twice,
        COUNT(CASE WHEN a.status = 'missing' THEN 1 END) AS missing,
        COUNT(CASE WHEN a.standing IN ('not_promised', 'excepted') AND a.credits > 0 THEN 1 END) AS not_promised,
        COUNT(CASE WHEN a.standing = 'excepted' AND a.is_affected THEN 1 END) AS excepted_but_affected,
        COUNT(CASE WHEN a.standing = 'unknown_class' THEN 1 END) AS unknown_class,
        COUNT(CASE WHEN a.standing = 'unknown_account' THEN 1 END) AS unknown_account,
        CAST(COALESCE(SUM(a.due_minor), 0) AS BIGINT) AS promised_minor,
        CAST(COALESCE(SUM(CASE WHEN a.standing = 'promised' THEN a.paid_minor END), 0) AS BIGINT) AS paid_to_promised_minor,
        CAST(COALESCE(SUM(a.paid_minor), 0) AS BIGINT) AS paid_minor
    FROM promise_evidence AS e
    LEFT JOIN account_credit AS a ON e.promise_no = a.promise_no
    GROUP BY e.promise_no
)

SELECT
    p.declared_no AS promise_no, p.promise_id, p.outage_id, UPPER(TRIM(p.currency)) AS currency,
    CASE WHEN e.has_affected THEN c.affected END AS affected,
    CASE WHEN e.has_potential THEN c.potentially_affected END AS potentially_affected,
    CASE WHEN e.has_promised THEN c.promised END AS promised,
    CASE WHEN e.has_timed THEN c.paid_right END AS paid_right,
    CASE WHEN e.has_paid THEN c.short END AS short,
    CASE WHEN e.has_paid THEN c.overpaid END AS overpaid,
    CASE WHEN e.has_timed THEN c.late END AS late,
    CASE WHEN e.has_paid THEN c.twice END AS twice,
    CASE WHEN e.has_paid THEN c.missing END AS missing,
    CASE WHEN e.has_paid THEN c.not_promised END AS not_promised,
    CASE WHEN e.has_affected THEN c.excepted_but_affected END AS excepted_but_affected,
    CASE WHEN e.has_promised THEN c.unknown_class END AS unknown_class,
    CASE WHEN e.has_paid THEN c.unknown_account END AS unknown_account,
    CASE WHEN e.has_promised THEN c.promised_minor END AS promised_minor,
    CASE WHEN e.has_paid THEN c.paid_to_promised_minor END AS paid_to_promised_minor,
    CASE WHEN e.has_credits THEN c.paid_minor END AS paid_minor
FROM promise AS p
INNER JOIN promise_evidence AS e ON p.declared_no = e.promise_no
INNER JOIN counted AS c ON p.declared_no = c.promise_no
ORDER BY promise_no
