/*---
id = "BAL-029"
title = "Centre records = rejected + duplicate records + test + matched + orphan"
why = "Every record of a centre's log is in exactly one bucket (contract 3.13)."

[columns]
expected = "BIGINT"
actual = "BIGINT"
where_to_look = "VARCHAR"
---*/
SELECT
    (
        SELECT CAST(COALESCE(SUM(rejected + loaded), 0) AS BIGINT) FROM file WHERE role = 'centre' AND status = 'loaded'
    ) AS expected,
    (
        SELECT
            (
                SELECT COUNT(*)
                FROM (
                    SELECT DISTINCT r.file_no, r.record_no
                    FROM reject AS r
                    INNER JOIN file AS f ON r.file_no = f.file_no
                    WHERE f.role = 'centre' AND f.status = 'loaded'
                ) AS kept
            )
            + (SELECT COUNT(*) FROM centre_call WHERE bucket = 'duplicate_record')
            + (SELECT COUNT(*) FROM centre_call WHERE bucket = 'test')
            + (SELECT COUNT(*) FROM centre_call WHERE bucket = 'matched')
            + (SELECT COUNT(*) FROM centre_call WHERE bucket = 'orphan')
    ) AS actual,
    'relation centre_call, column bucket; table reject' AS where_to_look
