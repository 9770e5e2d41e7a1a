/*---
id = "BAL-022"
title = "Delivered attempts = those of all episodes"
why = "Each attempt that is no test is in exactly one episode."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(*) FROM attempt WHERE state = 'delivered'
    ) AS expected,
    (
        SELECT CAST(COALESCE(SUM(delivered_attempts), 0) AS BIGINT) FROM episode
    ) AS actual,
    'relations attempt and episode, by episode_id' AS where_to_look
