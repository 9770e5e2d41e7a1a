/*---
id = "unplaced_outage"
title = "Outages that name networks, where nothing says on which network an attempt was made"
why = "Whether an attempt lies in such an outage is unknown, not no (contract 3.12). One attempts or subscribers record with a network, or the key of its source, ends this: a name that differs is for the gate unknown_names."
grain = ["outage_id"]

[columns]
outage_id = "VARCHAR"
is_significant = "BOOLEAN"
---*/
SELECT o.outage_id, o.is_significant
FROM outage AS o
WHERE
    EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id)
    AND EXISTS (SELECT 1 FROM attempt_record)
    AND NOT EXISTS (SELECT 1 FROM attempt_record AS a WHERE a.network IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM subscriber AS s WHERE s.network IS NOT NULL)
ORDER BY o.outage_id
