/*---
id = "centre_core"
title = "The centre's records: which are the same again, which are tests, and who called"
why = "Same centre and id again is a duplicate; a test if its number is listed or its call id is a test attempt's (contract 3.3, 3.13)."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
call_no = "BIGINT"
log = "VARCHAR"
call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
network = "VARCHAR"
route = "VARCHAR"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
has_party = "BOOLEAN"
is_duplicate = "BOOLEAN"
is_test = "BOOLEAN"
is_usable = "BOOLEAN"
---*/
-- call_no orders the records by what they say, so that no tie is ever broken by the place of a record in a file
WITH ordered AS (
    SELECT
        c.*,
        p.caller_id, p.caller_basis, p.e164, p.imsi AS imsi_digits, p.imei14,
        p.e164 IS NOT NULL OR p.imsi IS NOT NULL OR COALESCE(NOT u.is_placeholder, FALSE) AS has_party,
        ROW_NUMBER() OVER (
            ORDER BY
                c.presented_at_utc, c.log, c.centre_call_id, p.caller_basis, p.e164 NULLS LAST, p.imsi NULLS LAST, p.imei14 NULLS LAST,
                c.call_id NULLS LAST, c.network NULLS LAST, c.route NULLS LAST, c.disposition NULLS LAST,
                c.answered_at_utc NULLS LAST, c.transferred_to NULLS LAST, c.transferred_at_utc NULLS LAST,
                c.location_received NULLS LAST, c.callback_received NULLS LAST, c.record_id
        ) AS call_no
    FROM centre_record AS c
    INNER JOIN party AS p ON c.record_id = p.record_id
    LEFT JOIN imei_use AS u ON p.imei14 = u.imei14
),

placed AS (
    SELECT
        c.record_id, c.call_no, c.log, c.call_id, c.presented_at_utc, c.network, c.route, c.calling_number,
        c.caller_id, c.caller_basis, c.e164, c.imsi_digits AS imsi, c.imei14, c.has_party,
        ROW_NUMBER() OVER (PARTITION BY c.log, c.centre_call_id ORDER BY c.call_no) AS place
    FROM ordered AS c
),

judged AS (
    SELECT
        c.*,
        c.place > 1 AS is_duplicate,
        EXISTS (
            SELECT 1 FROM test_number AS t
            LEFT JOIN number AS n ON t.number_text = n.number_text
            WHERE n.e164 = c.e164 OR t.number_text = c.calling_number
        )
        OR EXISTS (SELECT 1 FROM attempt_mark AS m WHERE m.kind = 'call_id' AND m.is_test AND m.mark = c.call_id) AS is_test
    FROM placed AS c
)

SELECT
    record_id,
    call_no,
    log,
    call_id,
    presented_at_utc,
    network,
    route,
    caller_id,
    caller_basis,
    e164,
    imsi,
    imei14,
    has_party,
    is_duplicate,
    is_test,
    NOT is_duplicate AND NOT is_test AS is_usable
FROM judged
ORDER BY record_id
