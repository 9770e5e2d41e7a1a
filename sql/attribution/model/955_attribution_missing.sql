/*---
id = "attribution_missing"
title = "Why an attribution cannot tell, and which log would decide"
why = "Groups that are absent or unclear, others that fail elsewhere too, and groups and stages that contradict each other (contract 5.3)."
grain = ["declared_no", "missing"]

[columns]
declared_no = "INTEGER"
missing = { type = "VARCHAR", is = "what is missing, in a sentence", privacy = "free_text", as = "prose" }
---*/
WITH undecided AS (
    SELECT * FROM attribution_place WHERE place = 'cannot_tell'
),

missing_piece AS (
    SELECT
        g.declared_no,
        'group ' || g.call_group || ' (' || c.title || ') '
        || CASE
            WHEN g.state = 'unclear'
                THEN
                    'is unclear: ' || CAST(g.failed AS VARCHAR) || ' of ' || CAST(g.total AS VARCHAR)
                    || ' failed, in ordinary service ' || CAST(g.baseline_failed AS VARCHAR) || ' of '
                    || CAST(g.baseline_total AS VARCHAR) || '; more calls would decide: ' || c.log
            WHEN g.state = 'failing'
                THEN 'is failing too, so that neither the network nor the platform alone explains it'
            WHEN g.total = 0 AND g.baseline_total = 0 THEN 'is absent: no log shows its calls; what would decide: ' || c.log
            WHEN g.total = 0 THEN 'is absent: no log shows its calls in the window; what would decide: ' || c.log
            ELSE 'is absent: no log shows its calls in ordinary service; what would decide: ' || c.log
        END AS missing
    FROM undecided AS u
    INNER JOIN attribution_group AS g ON u.declared_no = g.declared_no
    INNER JOIN call_group AS c ON g.call_group = c.call_group
    WHERE g.state IN ('absent', 'unclear') OR (g.call_group = 'D' AND g.state = 'failing')
    UNION ALL
    SELECT
        declared_no,
        'groups and stages contradict each other: the groups say ' || group_place || ', the stage of nine in ten failures says '
        || stage_place || '; the records behind these stages would decide' AS missing
    FROM undecided
    WHERE group_place IS NOT NULL
)

SELECT declared_no, missing
FROM missing_piece
ORDER BY declared_no, missing
