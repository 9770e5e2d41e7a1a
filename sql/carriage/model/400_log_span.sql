/*---
id = "log_span"
title = "The time that each centre log covers: one row for each stretch"
why = "The union of what the sources of a log cover, on the log's own clock (contract 3.8). A source covers its declared span. A bound that is not declared is the first or last record of the source. Spans that overlap or touch are one, however the log was cut into sources. The time between two spans is not covered."
grain = ["log", "from_utc"]

[columns]
log = "VARCHAR"
from_utc = "TIMESTAMP"
to_utc = "TIMESTAMP"
is_from_declared = { type = "BOOLEAN", is = "the case declares from_utc; else it is a source's own first record", privacy = "public" }
is_to_declared = { type = "BOOLEAN", is = "the case declares to_utc; else it is the log's last record", privacy = "public" }
---*/
-- a file whose content is in another source too was read once; it belongs to both
WITH source_file AS (
    SELECT f.source_no, t.file_no
    FROM file AS f
    INNER JOIN file AS t ON f.content_sha256 = t.content_sha256 AND f.role = t.role AND t.status = 'loaded'
    WHERE f.role = 'centre' AND f.status = 'duplicate'
    UNION ALL
    SELECT source_no, file_no FROM file WHERE role = 'centre' AND status = 'loaded'
),

recorded_span AS (
    SELECT h.source_no, c.log, MIN(c.presented_at_utc) AS first_utc, MAX(c.presented_at_utc) AS last_utc
    FROM centre_record AS c
    INNER JOIN source_file AS h ON c.file_no = h.file_no
    GROUP BY h.source_no, c.log
),

-- an empty log shows that no call arrived; a log in which no record could be read shows nothing, nor does a log of events in which
-- the centre sent none
empty_log AS (
    SELECT s.source_no, COALESCE(s.centre, 'centre') AS log
    FROM source AS s
    INNER JOIN source_file AS h ON s.source_no = h.source_no
    INNER JOIN file AS f ON h.file_no = f.file_no
    WHERE NOT EXISTS (SELECT 1 FROM recorded_span AS o WHERE o.source_no = s.source_no)
    GROUP BY s.source_no, s.centre
    HAVING
        SUM(f.rejected) = 0
        AND NOT EXISTS (
            SELECT 1
            FROM observation AS w
            INNER JOIN source_file AS v ON w.file_no = v.file_no
            WHERE v.source_no = s.source_no AND w.kind = 'silent_log'
        )
),

source_span AS (
    SELECT source_no, log, first_utc, last_utc FROM recorded_span
    UNION ALL
    SELECT source_no, log, NULL AS first_utc, NULL AS last_utc FROM empty_log
),

bounded_span AS (
    SELECT
        v.log,
        COALESCE(s.covers_from_utc, v.first_utc) AS from_utc,
        COALESCE(s.covers_to_utc, v.last_utc) AS to_utc,
        s.covers_from_utc,
        s.covers_to_utc
    FROM source_span AS v
    INNER JOIN source AS s ON v.source_no = s.source_no
),

-- one span for each start, so the order of spans is always defined
span_by_start AS (
    SELECT
        log, from_utc, MAX(to_utc) AS to_utc, MAX(covers_from_utc) AS covers_from_utc, MAX(covers_to_utc) AS covers_to_utc
    FROM bounded_span
    WHERE from_utc <= to_utc
    GROUP BY log, from_utc
),

span_with_start AS (
    SELECT
        *,
        CASE
            WHEN from_utc <= MAX(to_utc) OVER (
                PARTITION BY log ORDER BY from_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) THEN 0
            ELSE 1
        END AS begins
    FROM span_by_start
),

numbered_span AS (
    SELECT *, SUM(begins) OVER (PARTITION BY log ORDER BY from_utc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch_no
    FROM span_with_start
)

SELECT
    log,
    MIN(from_utc) AS from_utc,
    MAX(to_utc) AS to_utc,
    COALESCE(MIN(covers_from_utc) = MIN(from_utc), FALSE) AS is_from_declared,
    COALESCE(MAX(covers_to_utc) = MAX(to_utc), FALSE) AS is_to_declared
FROM numbered_span
GROUP BY log, stretch_no
ORDER BY log, from_utc
