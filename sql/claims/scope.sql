/*---
id = "scope"
title = "What a scope may name, for figures of attempts and of the centre's records: networks, regions, accesses; and the span of the evidence"
why = "A figure of a network, region, access or time that is in no evidence is not zero: nothing of it was looked at (contract 3.12). A name in a record that counts nowhere (ordinary calls, cells, subscribers, a source's own key) is evidence too: there a zero is a count."
grain = ["relation", "switch", "name"]

[columns]
relation = "VARCHAR"
switch = "VARCHAR"
name = "VARCHAR"
is_counted = "BOOLEAN"
first_at_utc = "TIMESTAMP"
last_at_utc = "TIMESTAMP"
---*/
WITH read_source AS (
    SELECT DISTINCT s.source_no, s.role, s.network, s.covers_from_utc, s.covers_to_utc
    FROM source AS s
    INNER JOIN file AS f ON s.source_no = f.source_no
    WHERE f.status = 'loaded'
),

name_in_evidence AS (
    SELECT 'attempts' AS relation, 'networks' AS switch, network AS name, TRUE AS is_counted FROM attempt_fact
    UNION ALL
    SELECT 'attempts' AS relation, 'networks' AS switch, network AS name, FALSE AS is_counted FROM attempt_record
    UNION ALL
    SELECT 'attempts' AS relation, 'networks' AS switch, network AS name, FALSE AS is_counted FROM volume
    UNION ALL
    SELECT role AS relation, 'networks' AS switch, network AS name, FALSE AS is_counted FROM read_source
    UNION ALL
    SELECT 'attempts' AS relation, 'areas' AS switch, region AS name, TRUE AS is_counted FROM attempt_fact
    UNION ALL
    SELECT 'attempts' AS relation, 'areas' AS switch, region AS name, FALSE AS is_counted FROM cell
    UNION ALL
    SELECT 'attempts' AS relation, 'areas' AS switch, region AS name, FALSE AS is_counted FROM subscriber
    UNION ALL
    SELECT 'attempts' AS relation, 'access' AS switch, access AS name, TRUE AS is_counted FROM attempt_fact
    UNION ALL
    SELECT 'attempts' AS relation, 'access' AS switch, access AS name, FALSE AS is_counted FROM cell
    UNION ALL
    SELECT 'centre' AS relation, 'networks' AS switch, network AS name, TRUE AS is_counted FROM centre_call
),

span_of_evidence AS (
    SELECT role AS relation, first_at_utc, last_at_utc FROM file WHERE status = 'loaded'
    UNION ALL
    SELECT role AS relation, covers_from_utc AS first_at_utc, covers_to_utc AS last_at_utc FROM read_source
    UNION ALL
    -- ordinary calls of a log show that it was written then
    SELECT 'attempts' AS relation, hour_utc AS first_at_utc, hour_utc AS last_at_utc FROM volume
)

SELECT
    relation, switch, name,
    MAX(CASE WHEN is_counted THEN 1 ELSE 0 END) = 1 AS is_counted,
    CAST(NULL AS TIMESTAMP) AS first_at_utc,
    CAST(NULL AS TIMESTAMP) AS last_at_utc
FROM name_in_evidence
WHERE name IS NOT NULL AND relation IN ('attempts', 'centre')
GROUP BY relation, switch, name
UNION ALL
SELECT relation, 'window' AS switch, '' AS name, TRUE AS is_counted, MIN(first_at_utc) AS first_at_utc, MAX(last_at_utc) AS last_at_utc
FROM span_of_evidence
WHERE relation IN ('attempts', 'centre')
GROUP BY relation
ORDER BY relation, switch, name
