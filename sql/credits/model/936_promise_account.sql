/*---
id = "promise_account"
title = "Each account under each promise: the sets it is in, and what is due to it"
why = "The unit is one account under one promise (contract 5.6). Exceptions judge services: an account is promised if one service of a class that is not excepted remains, and `per = service` counts those. Where the only services that may remain are of unknown class, the account is a bucket of its own."
grain = ["promise_no", "account_id"]

[columns]
promise_no = "INTEGER"
account_id = "VARCHAR"
is_affected = "BOOLEAN"
is_potentially_affected = "BOOLEAN"
standing = { type = "VARCHAR", is = "promised, unknown_class, excepted or not_promised" }
services = { type = "BIGINT", is = "services of the account that the promise does not except", privacy = "public", unit = "services" }
due_minor = "BIGINT"
---*/
WITH service AS (
    SELECT
        p.declared_no AS promise_no, a.account_id, a.service,
        MAX(CASE
            WHEN
                NOT EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = p.outage_id)
                AND NOT EXISTS (SELECT 1 FROM outage_area AS n WHERE n.outage_id = p.outage_id)
                THEN 1
            WHEN EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = p.outage_id AND n.network = a.network) THEN 1
            WHEN EXISTS (SELECT 1 FROM outage_area AS n WHERE n.outage_id = p.outage_id AND n.area = a.region) THEN 1
            ELSE 0
        END) AS is_struck,
        MAX(CASE
            WHEN NOT EXISTS (SELECT 1 FROM promise_exception AS x WHERE x.declared_no = p.declared_no) THEN 'kept'
            WHEN a.class IS NULL THEN 'unknown'
            WHEN EXISTS (
                SELECT 1 FROM promise_exception AS x WHERE x.declared_no = p.declared_no AND LOWER(TRIM(x.class)) = a.class
            ) THEN 'excepted'
            ELSE 'kept'
        END) AS kept
    FROM promise AS p
    CROSS JOIN account_service AS a
    GROUP BY p.declared_no, a.account_id, a.service
),

account AS (
    SELECT
        promise_no, account_id,
        MAX(is_struck) AS is_struck,
        COUNT(CASE WHEN kept = 'kept' THEN 1 END) AS services,
        COUNT(CASE WHEN kept = 'unknown' THEN 1 END) AS unknown_services
    FROM service
    GROUP BY promise_no, account_id
),

account_under_promise AS (
    SELECT
        a.promise_no, a.account_id, a.services, a.unknown_services, p.audience, p.per, p.amount, p.currency,
        x.account_id IS NOT NULL AS is_affected,
        x.account_id IS NOT NULL OR a.is_struck = 1 AS is_potentially_affected
    FROM account AS a
    INNER JOIN promise AS p ON a.promise_no = p.declared_no
    LEFT JOIN affected_account AS x ON p.outage_id = x.outage_id AND a.account_id = x.account_id
),

account_standing AS (
    SELECT
        *,
        CASE
            WHEN audience = 'affected' AND NOT is_affected THEN 'not_promised'
            WHEN audience = 'potentially_affected' AND NOT is_potentially_affected THEN 'not_promised'
            WHEN services > 0 THEN 'promised'
            WHEN unknown_services > 0 THEN 'unknown_class'
            ELSE 'excepted'
        END AS standing
    FROM account_under_promise
)

SELECT
    j.promise_no, j.account_id, j.is_affected, j.is_potentially_affected, j.standing, j.services,
    CASE
        WHEN j.standing = 'promised' AND j.per = 'service'
            THEN CAST(FLOOR(j.amount * COALESCE(c.factor, 100)) AS BIGINT) * j.services
        WHEN j.standing = 'promised' THEN CAST(FLOOR(j.amount * COALESCE(c.factor, 100)) AS BIGINT)
        ELSE 0
    END AS due_minor
FROM account_standing AS j
LEFT JOIN currency AS c ON UPPER(TRIM(j.currency)) = c.code
ORDER BY j.promise_no, j.account_id
