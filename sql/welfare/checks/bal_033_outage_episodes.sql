/*---
id = "BAL-033"
title = "Failed episodes in a significant outage = episodes with a welfare check due, where the regime has that duty"
why = "If a duty is lost between two relations, nobody rings that person (contract 3.11)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT COUNT(outage_id)
        FROM episode
        WHERE EXISTS (SELECT 1 FROM case_setting AS s WHERE s.setting = 'welfare_duty' AND s.value = 'yes')
    ) AS expected,
    (
        SELECT COUNT(*) FROM welfare_duty
    ) AS actual,
    'relations episode and welfare_duty' AS where_to_look
