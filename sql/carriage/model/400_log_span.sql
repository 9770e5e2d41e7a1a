/*---
id = "log_span"
title = "From when to when each centre log vouches: one row a stretch"
why = "The union of what the log's sources cover, on the log's own clock (contract 3.8): the span a source declares, a bound that it does not declare being its own first or last record. Spans that overlap or touch are one, however the log was cut into sources; what lies between two spans is vouched for by nobody."
grain = ["log", "from_utc"]

[columns]
log = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
is_from_declared = { type = "BOOLEAN", is = "the case declares from_utc; else it is a source's own first record", privacy = "public" }
is_to_declared = { type = "BOOLEAN", is = "the case declares to_utc; else it is the log's last record", privacy = "public" }
---*/
-- a file whose content stands in another source too was read once, and is a file of both
WITH held AS (
    SELECT f.source_no, t.file_no
    FROM file AS f
    INNER JOIN file AS t ON f.content_sha256 = t.content_sha256 AND f.role = t.role AND t.status = 'loaded'
    WHERE f.role = 'centre' AND f.status = 'duplicate'
    UNION ALL
    SELECT source_no, file_no FROM file WHERE role = 'centre' AND status = 'loaded'
),

heard AS (
    SELECT h.source_no, c.log, MIN(c.presented_at_utc) AS first_utc, MAX(c.presented_at_utc) AS last_utc
    FROM centre_record AS c
    INNER JOIN held AS h ON c.file_no = h.file_no
    GROUP BY h.source_no, c.log
),

-- a log that holds nothing says that nothing arrived; one of which nothing could be read says nothing
empty AS (
    SELECT s.source_no, COALESCE(s.centre, 'centre') AS log
    FROM source AS s
    INNER JOIN held AS h ON s.source_no = h.source_no
    INNER JOIN file AS f ON h.file_no = f.file_no
    WHERE NOT EXISTS (SELECT 1 FROM heard AS o WHERE o.source_no = s.source_no)
    GROUP BY s.source_no, s.centre
    HAVING SUM(f.rejected) = 0
),

vouched AS (
    SELECT source_no, log, first_utc, last_utc FROM heard
    UNION ALL
    SELECT source_no, log, NULL AS first_utc, NULL AS last_utc FROM empty
),

span AS (
    SELECT
        v.log,
        COALESCE(s.covers_from_utc, v.first_utc) AS from_utc,
        COALESCE(s.covers_to_utc, v.last_utc) AS to_utc,
        s.covers_from_utc,
        s.covers_to_utc
    FROM vouched AS v
    INNER JOIN source AS s ON v.source_no = s.source_no
),

-- one span a start, so that the order of spans is never open
started AS (
    SELECT
        log, from_utc, MAX(to_utc) AS to_utc, MAX(covers_from_utc) AS covers_from_utc, MAX(covers_to_utc) AS covers_to_utc
    FROM span
    WHERE from_utc <= to_utc
    GROUP BY log, from_utc
),

marked AS (
    SELECT
        *,
        CASE
            WHEN from_utc <= MAX(to_utc) OVER (
                PARTITION BY log ORDER BY from_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) THEN 0
            ELSE 1
        END AS begins
    FROM started
),

joined AS (
    SELECT *, SUM(begins) OVER (PARTITION BY log ORDER BY from_utc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch_no
    FROM marked
)

SELECT
    log,
    MIN(from_utc) AS from_utc,
    MAX(to_utc) AS to_utc,
    COALESCE(MIN(covers_from_utc) = MIN(from_utc), FALSE) AS is_from_declared,
    COALESCE(MAX(covers_to_utc) = MAX(to_utc), FALSE) AS is_to_declared
FROM joined
GROUP BY log, stretch_no
ORDER BY log, from_utc
