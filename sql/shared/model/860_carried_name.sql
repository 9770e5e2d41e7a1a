/*---
id = "carried_name"
title = "Names of networks, regions and centres that the evidence carries"
why = "A name in the case file that stands nowhere here is likely to be a slip of the pen; see the gate unknown_names."
grain = ["kind", "name"]

[columns]
kind = "VARCHAR"
name = "VARCHAR"
---*/
WITH every AS (
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
FROM every
WHERE name IS NOT NULL
ORDER BY kind, name
