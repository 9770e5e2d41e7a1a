/*---
id = "log_span"
title = "From when to when each centre log vouches"
why = "What its source declares, else its first and last record (contract 3.8), on the log's own clock."
grain = ["log"]

[columns]
log = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
is_from_declared = "BOOLEAN"
is_to_declared = "BOOLEAN"
---*/
WITH span AS (
    SELECT
        c.log,
        MIN(c.presented_at_utc) AS first_utc,
        MAX(c.presented_at_utc) AS last_utc,
        MIN(s.covers_from_utc) AS covers_from_utc,
        MAX(s.covers_to_utc) AS covers_to_utc
    FROM centre_record AS c
    INNER JOIN file AS f ON c.file_no = f.file_no
    LEFT JOIN source AS s ON f.source_no = s.source_no
    GROUP BY c.log
)

SELECT
    log,
    COALESCE(covers_from_utc, first_utc) AS from_utc,
    COALESCE(covers_to_utc, last_utc) AS to_utc,
    covers_from_utc IS NOT NULL AS is_from_declared,
    covers_to_utc IS NOT NULL AS is_to_declared
FROM span
ORDER BY log
