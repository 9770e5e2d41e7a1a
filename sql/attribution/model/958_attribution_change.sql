/*---
id = "attribution_change"
title = "What would change the place of an attribution: each group with another state, the others as they are"
why = "A verdict is worth as much as it takes to overturn it. Only the groups are varied; a place that the stage alone names is left out."
grain = ["declared_no", "would_change"]

[columns]
declared_no = "INTEGER"
would_change = { type = "VARCHAR", is = "what would change the place, in a sentence", privacy = "public" }
---*/
WITH other AS (
    SELECT DISTINCT state_a AS state FROM group_place
),

varied AS (
    SELECT
        p.declared_no, p.place, g.call_group, g.state AS is_now, o.state AS were,
        CASE WHEN g.call_group = 'A' THEN o.state ELSE p.state_a END AS state_a,
        CASE WHEN g.call_group = 'B' THEN o.state ELSE p.state_b END AS state_b,
        CASE WHEN g.call_group = 'C' THEN o.state ELSE p.state_c END AS state_c,
        CASE WHEN g.call_group = 'D' THEN o.state ELSE p.state_d END AS state_d
    FROM attribution_place AS p
    INNER JOIN attribution_group AS g ON p.declared_no = g.declared_no
    INNER JOIN other AS o ON g.state <> o.state
)

SELECT
    v.declared_no,
    'were group ' || v.call_group || ' ' || v.were || ' and not ' || v.is_now || ', the groups would say ' || g.place AS would_change
FROM varied AS v
INNER JOIN group_place AS g
    ON
        v.state_a = g.state_a
        AND v.state_b = COALESCE(g.state_b, v.state_b)
        AND v.state_c = COALESCE(g.state_c, v.state_c)
        AND v.state_d = COALESCE(g.state_d, v.state_d)
WHERE g.place <> v.place
ORDER BY declared_no, would_change
