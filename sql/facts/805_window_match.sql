/*---
id = "window_match"
title = "Attempts that have a match within half or twice the match window"
why = "Matches by id do not depend on the window. A pair that is too far apart for half the window may leave its record to a nearer attempt, so both windows are matched anew. Weak pairs are not made again."
grain = ["width", "attempt_id"]

[columns]
width = "VARCHAR"
attempt_id = "VARCHAR"
record_id = "VARCHAR"
---*/
WITH every_match AS (
    SELECT width, attempt_id, record_id FROM window_pair WHERE NOT is_contested
    UNION ALL
    SELECT CASE WHEN STARTS_WITH(cluster, 'half ') THEN 'half' ELSE 'double' END AS width, attempt_id, record_id FROM window_contest
    UNION ALL
    SELECT CASE WHEN STARTS_WITH(caller_id, 'half ') THEN 'half' ELSE 'double' END AS width, attempt_id, record_id FROM window_crowd
    UNION ALL
    SELECT 'half' AS width, attempt_id, record_id FROM call_id_match
    UNION ALL
    SELECT 'double' AS width, attempt_id, record_id FROM call_id_match
)

SELECT width, attempt_id, record_id
FROM every_match
ORDER BY width, attempt_id
