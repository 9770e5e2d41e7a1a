/*---
id = "footprint_claim"
title = "The footprints said of each outage, with how far they agree with what was observed"
why = "A footprint that grows from one statement to the next says what was known when (contract 5.4)."
grain = ["footprint_no"]

[columns]
footprint_no = "INTEGER"
footprint_id = { type = "VARCHAR", is = "name of the footprint", privacy = "public", as = "id" }
outage_id = { type = "VARCHAR", is = "the outage" }
said_by = { type = "VARCHAR", is = "who said it", privacy = "free_text" }
said_on = { type = "VARCHAR", is = "when, as far as known", privacy = "public", as = "id" }
claimed = { type = "BIGINT", is = "areas claimed", privacy = "public", unit = "areas" }
failing_not_claimed = { type = "BIGINT", is = "areas failing or reported, and not claimed", privacy = "public", unit = "areas" }
claimed_only = { type = "BIGINT", is = "areas claimed and healthy", privacy = "public", unit = "areas" }
---*/
SELECT
    f.declared_no AS footprint_no, f.footprint_id, f.outage_id, f.said_by, f.said_on,
    COUNT(CASE WHEN s.is_claimed THEN 1 END) AS claimed,
    COUNT(CASE WHEN s.verdict IN ('failing_not_claimed', 'reported_not_claimed') THEN 1 END) AS failing_not_claimed,
    COUNT(CASE WHEN s.verdict = 'claimed_only' THEN 1 END) AS claimed_only
FROM footprint AS f
LEFT JOIN area_status AS s ON f.declared_no = s.footprint_no
GROUP BY f.declared_no, f.footprint_id, f.outage_id, f.said_by, f.said_on
ORDER BY footprint_no
