/*---
id = "BAL-035"
title = "Welfare records = rejected + duplicate records + used + before the failure + not due + unmatched"
why = "Every record of a welfare log is in exactly one bucket (contract 3.13)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(rejected + loaded), 0) AS BIGINT) FROM file WHERE role = 'welfare' AND status = 'loaded'
    ) AS expected,
    (
        SELECT
            (
                SELECT COUNT(*)
                FROM (
                    SELECT DISTINCT r.file_no, r.record_no
                    FROM reject AS r
                    INNER JOIN file AS f ON r.file_no = f.file_no
                    WHERE f.role = 'welfare' AND f.status = 'loaded'
                ) AS kept
            )
            + (SELECT COUNT(*) FROM welfare_check WHERE bucket = 'duplicate_record')
            + (SELECT COUNT(*) FROM welfare_check WHERE bucket = 'used')
            + (SELECT COUNT(*) FROM welfare_check WHERE bucket = 'before_failure')
            + (SELECT COUNT(*) FROM welfare_check WHERE bucket = 'not_due')
            + (SELECT COUNT(*) FROM welfare_check WHERE bucket = 'unmatched')
    ) AS actual,
    'relation welfare_check, column bucket; table reject' AS where_to_look
