/*---
id = "caller_alias"
title = "A short name for each caller, to follow one through the lists of a case: C-0001, C-0002 and on"
why = "Callers whose numbers are masked may look alike. They are numbered by their first attempt, tests included; then those whom only a centre or a check names, by their first record; of equal times the lower record id goes first. No number and no hash of one has a part in it. The same logs give the same aliases everywhere; a log that comes later, with earlier attempts, moves them."
grain = ["caller_id"]

[columns]
caller_id = "VARCHAR"
caller_alias = "VARCHAR"
---*/
WITH caller_record AS (
    SELECT caller_id, 1 AS part, started_at_utc AS at_utc, attempt_id AS record_id FROM attempt
    UNION ALL
    SELECT p.caller_id, 2 AS part, p.at_utc, p.record_id
    FROM party AS p
    WHERE NOT EXISTS (SELECT 1 FROM attempt AS a WHERE a.caller_id = p.caller_id)
),

ranked_record AS (
    SELECT
        caller_id, part, at_utc, record_id,
        ROW_NUMBER() OVER (PARTITION BY caller_id ORDER BY at_utc NULLS LAST, record_id) AS place
    FROM caller_record
),

numbered_caller AS (
    SELECT
        caller_id,
        CAST(ROW_NUMBER() OVER (ORDER BY part, at_utc NULLS LAST, record_id) AS VARCHAR) AS caller_no
    FROM ranked_record
    WHERE place = 1
)

SELECT
    caller_id,
    -- four digits or more
    'C-' || SUBSTRING('000', LENGTH(caller_no)) || caller_no AS caller_alias
FROM numbered_caller
ORDER BY caller_id
