/*---
title = "Attempts of one caller that start at the same instant"
sentence = "{attempts} attempt(s) start at the very instant at which another attempt of their caller starts. Perhaps one log is read twice, in two files or forms, and each of its attempts counts twice; the callers do not. If so, leave one of them out of case.toml."
grain = ["attempts"]

[columns]
attempts = "BIGINT"
---*/
-- Nobody dials twice in one instant, but a log in whole seconds may hold a few such calls: one of a hundred is let pass.
WITH start_of_caller AS (
    SELECT COUNT(*) AS attempts
    FROM attempt
    WHERE NOT is_test AND caller_basis <> 'own'
    GROUP BY caller_id, started_at_utc
)

SELECT CAST(SUM(attempts - 1) AS BIGINT) AS attempts
FROM start_of_caller
HAVING SUM(attempts - 1) * 100 > SUM(attempts)
ORDER BY attempts
