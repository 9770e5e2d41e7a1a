/*---
id = "sighting"
title = "Every loaded attempt, centre and welfare record with number, IMSI and IMEI in one spelling"
why = "Identities are linked over all logs at once: attempts, centre records and welfare checks (contract 3.5)."
grain = ["record_id"]
passing = true

[columns]
record_id = "VARCHAR"
role = "VARCHAR"
at_utc = "TIMESTAMP"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
---*/
WITH logged_record AS (
    SELECT record_id, 'attempts' AS role, started_at_utc AS at_utc, calling_number, imsi, imei FROM attempt_record
    UNION ALL
    SELECT record_id, 'centre' AS role, presented_at_utc AS at_utc, calling_number, imsi, imei FROM centre_record
    UNION ALL
    SELECT record_id, 'welfare' AS role, attempted_at_utc AS at_utc, calling_number, imsi, imei FROM welfare_record
),

record_digits AS (
    SELECT
        record_id, role, at_utc, calling_number,
        TRANSLATE(imsi, ' -', '') AS imsi_digits,
        TRANSLATE(imei, ' -', '') AS imei_digits
    FROM logged_record
)

SELECT
    s.record_id,
    s.role,
    s.at_utc,
    n.e164,
    CASE
        WHEN REGEXP_MATCHES(s.imsi_digits, '^[0-9]{6,15}\z') AND REPLACE(s.imsi_digits, LEFT(s.imsi_digits, 1), '') <> ''
            THEN s.imsi_digits
    END AS imsi,
    CASE WHEN REGEXP_MATCHES(s.imei_digits, '^[0-9]{14,16}\z') THEN LEFT(s.imei_digits, 14) END AS imei14
FROM record_digits AS s
LEFT JOIN number AS n ON s.calling_number = n.number_text
ORDER BY s.record_id
