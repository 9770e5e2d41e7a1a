/*---
id = "carried_name"
title = "Names of networks, regions and centres in the evidence"
why = "A name in the case file that is not in this table is probably a typing error. See the gate unknown_names."
grain = ["kind", "name"]

[columns]
kind = "VARCHAR"
name = "VARCHAR"
---*/
WITH logged_name AS (
    SELECT 'network' AS kind, network AS name FROM attempt_record
    UNION ALL
    SELECT 'network' AS kind, network AS name FROM volume
    UNION ALL
    SELECT 'network' AS kind, network AS name FROM centre_record
    UNION ALL
    SELECT 'network' AS kind, network AS name FROM cell
    UNION ALL
    SELECT 'network' AS kind, network AS name FROM subscriber
    UNION ALL
    SELECT 'network' AS kind, network AS name FROM source
    UNION ALL
    SELECT 'region' AS kind, region AS name FROM cell
    UNION ALL
    SELECT 'region' AS kind, region AS name FROM subscriber
    UNION ALL
    SELECT 'region' AS kind, region AS name FROM notification
    UNION ALL
    SELECT 'region' AS kind, region AS name FROM complaint
    UNION ALL
    SELECT 'centre' AS kind, log AS name FROM centre_record
    UNION ALL
    SELECT 'centre' AS kind, centre AS name FROM source
)

SELECT DISTINCT kind, name
FROM logged_name
WHERE name IS NOT NULL
ORDER BY kind, name
