/*---
id = "BAL-019"
title = "Attempts that are no test = those of all episodes"
why = "Each attempt that is no test is in exactly one episode."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM attempt WHERE NOT is_test
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT) FROM episode
    ) AS actual,
    'relations attempt and episode, by episode_id' AS where_to_look
