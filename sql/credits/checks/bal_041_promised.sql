/*---
id = "BAL-041"
title = "Accounts promised a credit = paid right + short + over + late + twice + missing"
why = "Each promised account has exactly one status under each promise; where nothing shows when credits were paid, only those that were not paid right have one (contract 5.6)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*)
        FROM account_credit AS a
        INNER JOIN promise_evidence AS e ON a.promise_no = e.promise_no AND e.has_paid
        WHERE a.standing = 'promised' AND (e.has_timed OR a.status IS NOT NULL)
    ) AS expected,
    (
        SELECT COUNT(*)
        FROM account_credit
        WHERE status IN ('paid_right', 'short', 'over', 'late', 'twice', 'missing')
    ) AS actual,
    'relation account_credit, columns standing and status' AS where_to_look
