/*---
title = "Names that differ in case or in signs alone"
sentence = "The logs write {names}. Each spelling is counted as a name of its own. If they are one, say so with the key values (network, region) of the [[source]] that has the wrong one."
others = "other pair(s)"
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
WITH plain_name AS (
    SELECT kind, name, LOWER(TRANSLATE(name, ' .,-_/''&()', '')) AS plain FROM carried_name
)

SELECT 'the ' || a.kind || ' ' || a.name || ' and ' || MIN(b.name) AS name
FROM plain_name AS a
INNER JOIN plain_name AS b ON a.kind = b.kind AND a.plain = b.plain AND a.name < b.name
WHERE a.plain <> ''
GROUP BY a.kind, a.name
ORDER BY name
