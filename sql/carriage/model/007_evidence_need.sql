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
)

SELECT
    need,
    CASE
        WHEN unplaced > 0
            THEN
                'an outage names its networks, and no attempts or subscribers record says its own'
                || ' (give the [[source]] its network = "...", or map the column network)'
    END AS reason
FROM counted
ORDER BY need
