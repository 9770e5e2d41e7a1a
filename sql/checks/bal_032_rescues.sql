/*---
id = "BAL-032"
title = "Episodes that a centre record rescued = centre records that rescued one"
why = "A record that no attempt explains can end one episode only (contract 3.9)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(rescue_record_id) FROM episode
    ) AS expected,
    (
        SELECT COUNT(*) FROM centre_call WHERE bucket = 'orphan' AND rescued_episode_id IS NOT NULL
    ) AS actual,
    'relations episode and centre_call' AS where_to_look
