/*---
id = "BAL-032"
title = "Centre records that episodes name as their rescue = orphan centre records that rescued one"
why = "Only a centre record that no attempt explains can end an episode. It may end two episodes where the clocks of two networks differ (contract 3.9)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(DISTINCT rescue_record_id) FROM episode
    ) AS expected,
    (
        SELECT COUNT(*) FROM centre_call WHERE bucket = 'orphan' AND rescued_episode_id IS NOT NULL
    ) AS actual,
    'relations episode and centre_call' AS where_to_look
