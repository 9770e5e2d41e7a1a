/*---
id = "attempt_part"
title = "Each leg of an attempt with its caller, its outcome and what marks it as a test"
why = "This relation alone decides which value an attempt takes from which leg (contract 3.2, 3.3)."
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
attempt_id = "VARCHAR"
legs = "BIGINT"
network = "VARCHAR"
element = "VARCHAR"
sequence = "BIGINT"
started_at_utc = "TIMESTAMP"
answered_at_utc = "TIMESTAMP"
released_at_utc = "TIMESTAMP"
ended_at_utc = "TIMESTAMP"
dialled = "VARCHAR"
service_category = "INTEGER"
access = "VARCHAR"
cell_id = "VARCHAR"
route = "VARCHAR"
release_cause = "INTEGER"
sip_status = "INTEGER"
release_location = "VARCHAR"
disposition = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
caller_rank = "INTEGER"
outcome_rank = "INTEGER"
test_rank = "INTEGER"
---*/
SELECT
    l.record_id,
    l.attempt_id,
    l.legs,
    r.network,
    r.element,
    r.sequence,
    r.started_at_utc,
    t.answered_at_utc,
    t.released_at_utc,
    t.ended_at_utc,
    r.dialled,
    r.service_category,
    r.access,
    r.cell_id,
    r.route,
    t.release_cause,
    t.sip_status,
    r.release_location,
    r.disposition,
    p.e164,
    p.imsi,
    p.imei14,
    p.caller_id,
    p.caller_basis,
    -- best first: a number of its own, a linked number, an IMSI or IMEI, no identity
    CASE p.caller_basis
        WHEN 'number' THEN 1 WHEN 'imsi_link' THEN 2 WHEN 'imei_link' THEN 3 WHEN 'imsi' THEN 4 WHEN 'imei' THEN 5 ELSE 6
    END AS caller_rank,
    t.outcome_rank,
    -- null: not a test; the first reason in this order counts
    CASE
        WHEN r.is_test THEN 1
        WHEN LOWER(r.dialled) = 'urn:service:test.sos' OR STARTS_WITH(LOWER(r.dialled), 'urn:service:test.sos.') THEN 2
        WHEN LOWER(r.dialled_other) = 'urn:service:test.sos' OR STARTS_WITH(LOWER(r.dialled_other), 'urn:service:test.sos.') THEN 2
        WHEN d.dialled_text IS NOT NULL OR o.dialled_text IS NOT NULL THEN 3
        WHEN c.e164 IS NOT NULL OR x.number_text IS NOT NULL THEN 4
    END AS test_rank
FROM attempt_leg AS l
INNER JOIN attempt_record AS r ON l.record_id = r.record_id
INNER JOIN attempt_read AS t ON l.record_id = t.record_id
INNER JOIN party AS p ON l.record_id = p.record_id
LEFT JOIN (SELECT DISTINCT TRANSLATE(number_text, '+ ()-.', '') AS dialled_text FROM test_number) AS d
    ON TRANSLATE(r.dialled, '+ ()-.', '') = d.dialled_text
LEFT JOIN (SELECT DISTINCT TRANSLATE(number_text, '+ ()-.', '') AS dialled_text FROM test_number) AS o
    ON TRANSLATE(r.dialled_other, '+ ()-.', '') = o.dialled_text
LEFT JOIN
    (
        SELECT DISTINCT n.e164
        FROM test_number AS w
        INNER JOIN number AS n ON w.number_text = n.number_text
    ) AS c
    ON p.e164 = c.e164
LEFT JOIN test_number AS x ON r.calling_number = x.number_text
ORDER BY l.record_id
