/*---
id = "unknown_names"
title = "Names that no record carries"
why = "An outage of a network that no record names strikes nobody: a letter in another case is enough to turn hundreds of duties into none (contract 3.14). A kind of name that nothing carries is not judged; a footprint may name what no log knows."
sentence = "{subject}: case.toml names it in {count} place(s), and no record, cell, subscriber or source does."
spoils = "figures of the outages, centres and claims that use these names"
remedy = "Write the name in case.toml as the logs write it, or set the source's network or centre."
grain = ["subject"]

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
SELECT
    d.kind || ' ' || d.name AS subject,
    COUNT(*) AS found,
    (SELECT COUNT(*) FROM declared_name AS o WHERE o.kind = d.kind) AS among
FROM declared_name AS d
WHERE
    EXISTS (SELECT 1 FROM carried_name AS c WHERE c.kind = d.kind)
    AND NOT EXISTS (SELECT 1 FROM carried_name AS c WHERE c.kind = d.kind AND c.name = d.name)
GROUP BY d.kind, d.name
ORDER BY subject
