/*---
id = "evidence_need"
title = "What a figure may require of the evidence beside roles and columns, and why it is not there"
why = "Figures and rules name these in `requires`. With a reason, they have no value (contract 3.12)."
grain = ["need"]

[columns]
need = "VARCHAR"
reason = "VARCHAR"
---*/
WITH counted AS (
    SELECT 'placed outages' AS need, COUNT(*) AS unplaced
    FROM unplaced_outage
    UNION ALL
    SELECT 'placed significant outages' AS need, COUNT(CASE WHEN is_significant THEN 1 END) AS unplaced
    FROM unplaced_outage
),

needed AS (
    SELECT
        need,
        CASE
            WHEN unplaced > 0
                THEN
                    'an outage names its networks, and no attempts or subscribers record says its own'
                    || ' (give the [[source]] its network = "...", or map the column network)'
        END AS reason
    FROM counted
    UNION ALL
    SELECT
        'addressed notices' AS need,
        CASE
            WHEN EXISTS (SELECT 1 FROM unfilled_notice_column AS c WHERE c.column_name = 'audience')
                THEN 'no notice says to whom it was sent (map the column audience, and its words with the key values)'
        END AS reason
    UNION ALL
    SELECT
        'notices of a kind' AS need,
        CASE
            WHEN EXISTS (SELECT 1 FROM unfilled_notice_column AS c WHERE c.column_name = 'kind')
                THEN 'no notice says of which kind it is (map the column kind, and its words with the key values)'
        END AS reason
    UNION ALL
    SELECT
        'priced credits' AS need,
        CASE
            WHEN
                EXISTS (SELECT 1 FROM credit)
                AND NOT EXISTS (SELECT 1 FROM credit AS c WHERE c.amount IS NOT NULL AND c.currency IS NOT NULL)
                THEN 'no credit gives both its amount and its currency (map the columns amount and currency, or give constants)'
        END AS reason
)

SELECT need, reason
FROM needed
ORDER BY need
