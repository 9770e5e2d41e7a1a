/*---
id = "attempt_clock"
title = "The clock offset of an attempt in each centre log"
why = "The offset of its hour; without one, the offset of its network; without either, none (contract 3.6)."
grain = ["attempt_id", "log"]

[columns]
attempt_id = "VARCHAR"
log = "VARCHAR"
offset_ms = "BIGINT"
---*/
SELECT
    a.attempt_id,
    c.log,
    COALESCE(h.offset_ms, c.offset_ms, 0) AS offset_ms
FROM attempt_core AS a
INNER JOIN clock AS c ON COALESCE(a.network, '') = c.network
LEFT JOIN clock_hour AS h ON c.log = h.log AND c.network = h.network AND a.hour_utc = h.hour_utc
WHERE NOT a.is_test
ORDER BY a.attempt_id, c.log
