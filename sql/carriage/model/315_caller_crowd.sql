/*---
id = "caller_crowd"
title = "Callers with attempts and centre records to be matched, and whether there are too many to write down each pair"
why = "A caller with thousands of attempts and centre records has millions of pairs. The match is the same, however it is found (contract 3.7)."
grain = ["caller_id"]

[params.crowd_over]
type = "integer"
unit = "pairs"
default = 64
min = 0
why = "A caller who could have more pairs than this is matched as a whole. It changes the time that takes, no match."

[columns]
caller_id = "VARCHAR"
attempts = "BIGINT"
records = "BIGINT"
is_crowd = "BOOLEAN"
---*/
WITH waiting_attempt AS (
    SELECT a.caller_id, COUNT(*) AS attempts
    FROM attempt_core AS a
    WHERE
        NOT a.is_test
        AND a.caller_basis <> 'own'
        AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.attempt_id = a.attempt_id)
    GROUP BY a.caller_id
),

waiting_record AS (
    SELECT c.caller_id, COUNT(*) AS records
    FROM centre_core AS c
    WHERE c.is_usable AND NOT EXISTS (SELECT 1 FROM call_id_match AS m WHERE m.record_id = c.record_id)
    GROUP BY c.caller_id
)

SELECT a.caller_id, a.attempts, c.records, a.attempts * c.records > $crowd_over AS is_crowd
FROM waiting_attempt AS a
INNER JOIN waiting_record AS c ON a.caller_id = c.caller_id
ORDER BY a.caller_id
