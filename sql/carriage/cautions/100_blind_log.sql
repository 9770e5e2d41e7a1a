/*---
title = "A log without any unanswered call"
sentence = "The log of {names} holds no unanswered call at all. The real count may be higher."
others = "other log(s)"
is_floor = true
grain = ["element", "network", "source"]

[columns]
element = "VARCHAR"
network = "VARCHAR"
source = "VARCHAR"
name = "VARCHAR"
---*/
SELECT
    element,
    network,
    source,
    CASE
        WHEN network <> '' AND COALESCE(NULLIF(element, ''), source, '') <> ''
            THEN network || '/' || COALESCE(NULLIF(element, ''), source)
        WHEN network <> '' THEN network
        ELSE COALESCE(NULLIF(element, ''), source, '')
    END AS name
FROM blind_log
ORDER BY element, network, source
