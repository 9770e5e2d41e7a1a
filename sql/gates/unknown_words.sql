/*---
id = "unknown_words"
title = "Words that are not understood"
why = "An unknown word may mean that a call was answered or a caller was reached. What depends on it is then not known (contract 3.14). A long list of single words is probably free text; the twenty most frequent are named."
sentence = "{subject}: this word is in {count} of {of} records and is not understood."
spoils = "figures about how calls ended and who was reached"
remedy = "Set the meaning of each word in the source, for example values = { outcome = { \"Spoke to customer\" = \"contacted\" } }."
grain = ["subject"]

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
WITH unknown_word AS (
    SELECT
        f.source_no,
        u.column_name,
        LOWER(TRIM(u.value)) AS folded,
        COALESCE(MIN(TRIM(u.value)), '') AS spelled,
        COUNT(*) AS records
    FROM unreadable AS u
    INNER JOIN file AS f ON u.file_no = f.file_no
    WHERE u.reason = 'unknown_code' AND u.column_name IN ('disposition', 'method', 'outcome')
    GROUP BY f.source_no, u.column_name, LOWER(TRIM(u.value))
),

ranked_word AS (
    SELECT
        source_no,
        column_name,
        spelled,
        records,
        ROW_NUMBER() OVER (PARTITION BY source_no, column_name ORDER BY records DESC, folded ASC) AS place
    FROM unknown_word
),

word_subject AS (
    SELECT
        r.source_no,
        s.path || ': ' || r.column_name || ' = ' || CASE WHEN r.place <= 20 THEN LEFT(r.spelled, 60) ELSE '(other words)' END AS subject,
        r.records
    FROM ranked_word AS r
    INNER JOIN source AS s ON r.source_no = s.source_no
),

source_total AS (
    SELECT source_no, SUM(loaded) AS loaded
    FROM file
    WHERE status = 'loaded'
    GROUP BY source_no
)

SELECT n.subject, CAST(SUM(n.records) AS BIGINT) AS found, CAST(MIN(h.loaded) AS BIGINT) AS among
FROM word_subject AS n
INNER JOIN source_total AS h ON n.source_no = h.source_no
GROUP BY n.subject
ORDER BY n.subject
