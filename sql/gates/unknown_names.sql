/*---
id = "unknown_names"
title = "Names that are in no record"
why = "An outage of a network that no record names affects no caller. One letter in the wrong case can turn hundreds of duties into none (contract 3.14). A kind of name that no record carries is not checked. A footprint may name what no log has."
sentence = "{subject}: case.toml has this name in {count} place(s). No record, cell, subscriber or source has it."
spoils = "figures of the outages, centres and claims that use these names"
remedy = "Write the name in case.toml as the logs write it, or set the source's network or centre."
grain = ["subject"]

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
WITH of_kind AS (SELECT o.kind, COUNT(*) AS names FROM declared_name AS o GROUP BY o.kind)

SELECT
    d.kind || ' ' || d.name AS subject,
    COUNT(*) AS found,
    MAX(k.names) AS among
FROM declared_name AS d
INNER JOIN of_kind AS k ON d.kind = k.kind
WHERE
    EXISTS (SELECT 1 FROM carried_name AS c WHERE c.kind = d.kind)
    AND NOT EXISTS (SELECT 1 FROM carried_name AS c WHERE c.kind = d.kind AND c.name = d.name)
GROUP BY d.kind, d.name
ORDER BY subject
