/*---
id = "DQ-004"
title = "Number that cannot be read"
severity = "medium"
why = "The text is neither a number of the country's plan nor an international one. It does not identify its caller, and one person may be counted twice."
false_positives = ["The text is an internal extension or a service code in the caller's column."]
grain = ["number_text"]

[columns]
number_text = "VARCHAR"
records = "BIGINT"
reason = "VARCHAR"
---*/
WITH logged_number AS (
    SELECT calling_number AS number_text FROM attempt_record
    UNION ALL
    SELECT calling_number AS number_text FROM centre_record
    UNION ALL
    SELECT calling_number AS number_text FROM welfare_record
    UNION ALL
    SELECT calling_number AS number_text FROM subscriber
    UNION ALL
    SELECT contact_number AS number_text FROM subscriber
    UNION ALL
    SELECT calling_number AS number_text FROM complaint
)

SELECT
    n.number_text,
    COUNT(*) AS records,
    CASE
        WHEN EXISTS (SELECT 1 FROM case_setting AS c WHERE c.setting = 'country' AND c.value <> '') THEN 'fits no plan'
        ELSE 'the case names no country: only numbers with + or 00 can be read'
    END AS reason
FROM number AS n
INNER JOIN logged_number AS u ON n.number_text = u.number_text
WHERE n.e164 IS NULL AND n.reading <> 'withheld'
GROUP BY n.number_text
ORDER BY n.number_text
