/*---
title = "Attempts of one caller that start at the same instant"
sentence = "{attempts} attempt(s) start at the very instant at which another attempt of their caller starts. Perhaps one log is read twice, in two files or forms, and each of its attempts counts twice; the callers do not. If so, leave one of them out of case.toml."
in_answer = true
grain = ["attempts"]

[columns]
attempts = "BIGINT"
---*/
-- Nobody dials twice in one instant, but a log in whole seconds may hold a few such calls: one of a hundred is let pass. Where one
-- form has whole seconds and another has fractions, the second is the same.
WITH instant_of_caller AS (
    SELECT
        COUNT(*) AS attempts,
        COUNT(
            DISTINCT CASE WHEN started_at_utc <> DATE_TRUNC('second', started_at_utc) THEN started_at_utc END
        ) AS instants
    FROM attempt
    WHERE NOT is_test AND caller_basis <> 'own'
    GROUP BY caller_id, DATE_TRUNC('second', started_at_utc)
)

SELECT CAST(SUM(attempts - GREATEST(instants, 1)) AS BIGINT) AS attempts
FROM instant_of_caller
HAVING SUM(attempts - GREATEST(instants, 1)) * 100 > SUM(attempts)
ORDER BY attempts
