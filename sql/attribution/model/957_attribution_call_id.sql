/*---
id = "attribution_call_id"
title = "The calls that decide an attribution: failed attempts of the network in question, by their call ids"
why = "Every id of every leg, so that each can be found in its log; an attempt without one by its own id."
grain = ["declared_no", "call_id"]

[columns]
declared_no = "INTEGER"
call_id = "VARCHAR"
---*/
SELECT DISTINCT c.declared_no, COALESCE(r.call_id, l.attempt_id) AS call_id
FROM attribution_call AS c
INNER JOIN attempt_leg AS l ON c.attempt_id = l.attempt_id
INNER JOIN attempt_record AS r ON l.record_id = r.record_id
WHERE
    c.call_group = 'A'
    AND c.period = 'window'
    AND c.is_failure
    AND (
        r.call_id IS NOT NULL
        OR NOT EXISTS (
            SELECT 1
            FROM attempt_leg AS k
            INNER JOIN attempt_record AS q ON k.record_id = q.record_id
            WHERE k.attempt_id = l.attempt_id AND q.call_id IS NOT NULL
        )
    )
ORDER BY c.declared_no, call_id
