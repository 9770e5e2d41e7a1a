/*---
id = "BAL-033"
title = "Failed episodes in a significant outage = those owed a welfare check, where the regime knows the duty"
why = "A duty that is lost between two relations is a person nobody rings (contract 3.11)."

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
