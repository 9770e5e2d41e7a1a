/*---
title = "Centre records of one caller at the same instant"
sentence = "{records} of {among} records of the centre are of the very instant of another record of their caller: perhaps the centre's log is read twice, in two files or forms. Then a failed call may count as arrived, and the real count of failures may be higher. If so, leave one of them out of case.toml."
is_floor = true
in_answer = true
grain = ["records"]

[columns]
records = "BIGINT"
among = "BIGINT"
---*/
-- No duplicates by contract 2, which need an id, or an exact copy within one source. A log in whole seconds may hold a few such
-- calls: one of a hundred is let pass. Where one form has whole seconds and another has fractions, the second is the same.
WITH instant_of_caller AS (
    SELECT
        COUNT(*) AS records,
        COUNT(
            DISTINCT CASE WHEN presented_at_utc <> DATE_TRUNC('second', presented_at_utc) THEN presented_at_utc END
        ) AS instants
    FROM centre_call
    WHERE bucket IN ('matched', 'orphan') AND caller_basis <> 'own'
    GROUP BY caller_id, DATE_TRUNC('second', presented_at_utc)
)

SELECT
    CAST(SUM(records - GREATEST(instants, 1)) AS BIGINT) AS records,
    CAST(SUM(records) AS BIGINT) AS among
FROM instant_of_caller
HAVING SUM(records - GREATEST(instants, 1)) * 100 > SUM(records)
ORDER BY records
