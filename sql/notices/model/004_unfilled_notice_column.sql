/*---
id = "unfilled_notice_column"
title = "Columns of notices of which no notice gives a readable value"
why = "What no notice says cannot be judged: to whom it went, by which channel, whether it was an all-clear (contract 3.12). A column that no file has differs from one that a notice left empty: the latter shows that the notice did not say it."
grain = ["column_name"]

[columns]
column_name = "VARCHAR"
is_absent = { type = "BOOLEAN", is = "no file of notices has the column", privacy = "public" }
---*/
WITH filled AS (
    SELECT
        COUNT(*) AS notices,
        COUNT(audience) AS audience,
        COUNT(recipient) AS recipient,
        COUNT(channel) AS channel,
        COUNT(region) AS region,
        COUNT(kind) AS kind,
        COUNT(scale) AS scale,
        COUNT(cause) AS cause,
        COUNT(services) AS services,
        COUNT(restoration) AS restoration,
        COUNT(content) AS content
    FROM notification
),

counted AS (
    SELECT 'audience' AS column_name, audience AS found, notices FROM filled
    UNION ALL
    SELECT 'recipient' AS column_name, recipient AS found, notices FROM filled
    UNION ALL
    SELECT 'channel' AS column_name, channel AS found, notices FROM filled
    UNION ALL
    SELECT 'region' AS column_name, region AS found, notices FROM filled
    UNION ALL
    SELECT 'kind' AS column_name, kind AS found, notices FROM filled
    UNION ALL
    SELECT 'scale' AS column_name, scale AS found, notices FROM filled
    UNION ALL
    SELECT 'cause' AS column_name, cause AS found, notices FROM filled
    UNION ALL
    SELECT 'services' AS column_name, services AS found, notices FROM filled
    UNION ALL
    SELECT 'restoration' AS column_name, restoration AS found, notices FROM filled
    UNION ALL
    SELECT 'content' AS column_name, content AS found, notices FROM filled
),

filed AS (
    SELECT
        c.column_name,
        COUNT(f.file_no) AS files,
        COUNT(CASE WHEN STRPOS(',' || f.columns_present || ',', ',' || c.column_name || ',') > 0 THEN f.file_no END) AS files_with_it
    FROM counted AS c
    LEFT JOIN file AS f ON f.role = 'notifications' AND f.status = 'loaded'
    GROUP BY c.column_name
)

SELECT c.column_name, f.files > 0 AND f.files_with_it = 0 AS is_absent
FROM counted AS c
INNER JOIN filed AS f ON c.column_name = f.column_name
WHERE c.notices > 0 AND c.found = 0
ORDER BY c.column_name
