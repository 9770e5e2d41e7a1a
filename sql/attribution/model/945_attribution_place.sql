/*---
id = "attribution_place"
title = "Where the fault of each attribution lay, by the groups, by the stage of the failures, and in the end"
why = "The groups decide; where they fit no place, the stage of nine in ten failures does, if it names one; where both name one and differ, nothing is said (contract 5.3). Groups that all fail are never contradicted."
grain = ["declared_no"]

[columns]
declared_no = "INTEGER"
state_a = { type = "VARCHAR", is = "state of group A", privacy = "public" }
state_b = { type = "VARCHAR", is = "state of group B", privacy = "public" }
state_c = { type = "VARCHAR", is = "state of group C", privacy = "public" }
state_d = { type = "VARCHAR", is = "state of group D", privacy = "public" }
group_place = { type = "VARCHAR", is = "the place that the groups name; null: none", privacy = "public" }
stage_place = { type = "VARCHAR", is = "the place that the stage of nine in ten of A's failures names; null: none", privacy = "public" }
place = "VARCHAR"
---*/
WITH side_by_side AS (
    SELECT
        declared_no,
        MAX(CASE WHEN call_group = 'A' THEN state END) AS state_a,
        MAX(CASE WHEN call_group = 'B' THEN state END) AS state_b,
        MAX(CASE WHEN call_group = 'C' THEN state END) AS state_c,
        MAX(CASE WHEN call_group = 'D' THEN state END) AS state_d,
        MAX(CASE WHEN call_group = 'A' THEN failed END) AS failed
    FROM attribution_group
    GROUP BY declared_no
),

shared AS (
    SELECT t.declared_no, f.place AS stage_place
    FROM attribution_stage AS t
    INNER JOIN side_by_side AS s ON t.declared_no = s.declared_no
    INNER JOIN failure_stage AS f ON t.stage = f.stage
    WHERE t.attempts * 10 >= s.failed * 9
),

with_places AS (
    SELECT s.*, g.place AS group_place, h.stage_place
    FROM side_by_side AS s
    LEFT JOIN group_place AS g
        ON
            s.state_a = g.state_a
            AND s.state_b = COALESCE(g.state_b, s.state_b)
            AND s.state_c = COALESCE(g.state_c, s.state_c)
            AND s.state_d = COALESCE(g.state_d, s.state_d)
    LEFT JOIN shared AS h ON s.declared_no = h.declared_no
)

SELECT
    declared_no, state_a, state_b, state_c, state_d, group_place, stage_place,
    CASE
        WHEN group_place IN ('own_network', 'platform', 'path') AND stage_place <> group_place THEN 'cannot_tell'
        WHEN group_place IS NOT NULL THEN group_place
        WHEN state_a = 'failing' THEN COALESCE(stage_place, 'cannot_tell')
        ELSE 'cannot_tell'
    END AS place
FROM with_places
ORDER BY declared_no
