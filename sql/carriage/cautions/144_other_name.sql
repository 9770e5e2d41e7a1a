/*---
title = "A network that the centre's log seems to call by another name"
sentence = "Most calls on {names}. Either another network carried these calls in its place, or it is the same network by another name, and calls that arrived are counted as not arrived. If it is the same, say so with the key values (network) of the centre's [[source]]."
others = "other network(s)"
grain = ["network", "other_network"]

[columns]
network = "VARCHAR"
other_network = "VARCHAR"
name = "VARCHAR"
---*/
-- Within a minute, as the usual window of a match. One attempt may have called twice, so attempts are counted once.
WITH foreign_call AS (
    SELECT c.record_id, c.caller_id, c.network, c.presented_at_utc
    FROM centre_call AS c
    WHERE
        c.bucket = 'orphan'
        AND c.network IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM attempt AS a WHERE a.network = c.network)
),

unmatched_attempt AS (
    SELECT a.attempt_id, a.caller_id, a.network, a.started_at_utc
    FROM attempt AS a
    WHERE NOT a.is_test AND a.centre_record_id IS NULL AND NOT EXISTS (SELECT 1 FROM centre_call AS c WHERE c.network = a.network)
),

network_size AS (SELECT network, COUNT(*) AS attempts FROM unmatched_attempt GROUP BY network)

SELECT
    a.network, c.network AS other_network,
    'network ' || a.network || ' are in the centre''s log as calls on ' || c.network || ', which no attempts log has' AS name
FROM unmatched_attempt AS a
INNER JOIN foreign_call AS c
    ON
        a.caller_id = c.caller_id
        AND elapsed_ms(a.started_at_utc, c.presented_at_utc) BETWEEN -60000 AND 60000
INNER JOIN network_size AS n ON a.network = n.network
GROUP BY a.network, c.network
HAVING 2 * COUNT(DISTINCT a.attempt_id) > MAX(n.attempts)
ORDER BY a.network, other_network
