/*---
id = "WC-007"
title = "Welfare check whose outcome is not understood"
severity = "medium"
clause = "records"
why = "The log gives no outcome, or a word that the audit does not know; the same holds for the method where it decides. The check may have found the caller safe, or nobody. It is counted as unknown. Map the word in the source: values = { outcome = { \"Spoke to customer\" = \"contacted\" } }."
false_positives = ["The check was opened and is not finished."]
grain = ["record_id"]
requires = ["welfare"]

[columns]
record_id = "VARCHAR"
check_id = "VARCHAR"
caller_id = "VARCHAR"
attempted_at_utc = "TIMESTAMP"
bucket = "VARCHAR"
method = "VARCHAR"
method_text = { type = "VARCHAR", is = "the word given for the method", privacy = "free_text" }
outcome = "VARCHAR"
outcome_text = { type = "VARCHAR", is = "the word given for the outcome", privacy = "free_text" }
---*/
WITH unread_word AS (
    SELECT
        file_no,
        record_no,
        MIN(CASE WHEN column_name = 'method' THEN value END) AS method_text,
        MIN(CASE WHEN column_name = 'outcome' THEN value END) AS outcome_text
    FROM unreadable
    WHERE column_name IN ('method', 'outcome')
    GROUP BY file_no, record_no
)

SELECT
    c.record_id,
    c.check_id,
    c.caller_id,
    c.attempted_at_utc,
    c.bucket,
    c.method,
    u.method_text,
    c.outcome,
    u.outcome_text
FROM welfare_check AS c
INNER JOIN welfare_record AS w ON c.record_id = w.record_id
LEFT JOIN unread_word AS u ON w.file_no = u.file_no AND w.record_no = u.record_no
WHERE
    c.bucket <> 'duplicate_record'
    AND EXISTS (SELECT 1 FROM check_core AS k WHERE k.record_id = c.record_id AND k.achieved = 'unknown')
ORDER BY c.record_id
