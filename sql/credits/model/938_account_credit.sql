/*---
id = "account_credit"
title = "Each account under each promise, and whether it was paid as promised"
why = "Credits in another currency pay nothing. Status of a promised account, the first that applies: missing, twice, short, over, late, paid_right (contract 5.6); twice is two credits of at least what is due. An account that was paid and not promised, or that no subscriber record names, is counted as such."
grain = ["promise_no", "account_id"]

[columns]
promise_no = "INTEGER"
account_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage" }
promise_id = "VARCHAR"
standing = "VARCHAR"
status = { type = "VARCHAR", is = "of a promised account: missing, twice, short, over, late or paid_right; null where that is not in evidence" }
is_affected = "BOOLEAN"
is_potentially_affected = "BOOLEAN"
due_minor = "BIGINT"
paid_minor = "BIGINT"
credits = { type = "BIGINT", is = "credits in that currency", privacy = "public", unit = "credits" }
last_credited_at_utc = "TIMESTAMP"
---*/
WITH priced AS (
    SELECT
        p.declared_no AS promise_no, c.account_id, c.credited_at_utc,
        CAST(FLOOR(c.amount * COALESCE(m.factor, 100)) AS BIGINT) AS amount_minor
    FROM promise AS p
    INNER JOIN credit AS c ON UPPER(TRIM(p.currency)) = UPPER(TRIM(c.currency))
    LEFT JOIN currency AS m ON UPPER(TRIM(p.currency)) = m.code
    WHERE c.amount IS NOT NULL AND NOT EXISTS (SELECT 1 FROM repeated_credit AS d WHERE d.record_id = c.record_id)
),

paid AS (
    SELECT
        q.promise_no, q.account_id,
        COUNT(*) AS credits,
        CAST(SUM(q.amount_minor) AS BIGINT) AS paid_minor,
        COUNT(CASE WHEN q.amount_minor >= a.due_minor THEN 1 END) AS whole_credits,
        MAX(q.credited_at_utc) AS last_credited_at_utc
    FROM priced AS q
    LEFT JOIN promise_account AS a ON q.promise_no = a.promise_no AND q.account_id = a.account_id
    GROUP BY q.promise_no, q.account_id
),

account_or_payee AS (
    SELECT
        a.promise_no, a.account_id, a.standing, a.is_affected, a.is_potentially_affected, a.due_minor,
        COALESCE(q.paid_minor, 0) AS paid_minor, COALESCE(q.credits, 0) AS credits, COALESCE(q.whole_credits, 0) AS whole_credits,
        q.last_credited_at_utc
    FROM promise_account AS a
    LEFT JOIN paid AS q ON a.promise_no = q.promise_no AND a.account_id = q.account_id
    UNION ALL
    SELECT
        q.promise_no, q.account_id, 'unknown_account' AS standing, FALSE AS is_affected, FALSE AS is_potentially_affected, 0 AS due_minor,
        q.paid_minor, q.credits, 0 AS whole_credits, q.last_credited_at_utc
    FROM paid AS q
    WHERE NOT EXISTS (SELECT 1 FROM promise_account AS a WHERE a.promise_no = q.promise_no AND a.account_id = q.account_id)
)

SELECT
    k.promise_no, k.account_id, p.outage_id, p.promise_id, k.standing,
    CASE
        WHEN k.standing <> 'promised' OR NOT e.has_paid THEN NULL
        WHEN k.paid_minor <= 0 THEN 'missing'
        WHEN k.whole_credits > 1 THEN 'twice'
        WHEN k.paid_minor < k.due_minor THEN 'short'
        WHEN k.paid_minor > k.due_minor THEN 'over'
        WHEN NOT e.has_timed THEN NULL
        WHEN COALESCE(k.last_credited_at_utc >= p.by_ends_utc, FALSE) THEN 'late'
        ELSE 'paid_right'
    END AS status,
    k.is_affected, k.is_potentially_affected, k.due_minor, k.paid_minor, k.credits, k.last_credited_at_utc
FROM account_or_payee AS k
INNER JOIN promise AS p ON k.promise_no = p.declared_no
INNER JOIN promise_evidence AS e ON k.promise_no = e.promise_no
ORDER BY k.promise_no, k.account_id
