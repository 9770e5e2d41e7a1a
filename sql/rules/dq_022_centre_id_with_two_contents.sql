/*---
id = "DQ-022"
title = "One centre id, two different calls"
severity = "high"
why = "A centre record whose id comes again counts once, by its earliest record. Here the records differ in caller or arrival: the later may be a call of its own that is counted nowhere."
false_positives = ["A log that writes a new line for each leg of a call."]
grain = ["record_id"]
requires = ["centre"]

[params.same_call_within_s]
type = "integer"
unit = "s"
default = 60
min = 0
why = "Records of one id whose arrivals lie closer may well be one call."

[columns]
record_id = "VARCHAR"
log = "VARCHAR"
centre_call_id = "VARCHAR"
presented_at_utc = "TIMESTAMP"
caller_id = "VARCHAR"
other_record_id = "VARCHAR"
other_presented_at_utc = "TIMESTAMP"
---*/
WITH kept AS (
    SELECT log, centre_call_id, record_id, presented_at_utc, caller_id, caller_basis
    FROM centre_call
    WHERE bucket <> 'duplicate_record'
)

SELECT
    d.record_id,
    d.log,
    d.centre_call_id,
    d.presented_at_utc,
    d.caller_id,
    k.record_id AS other_record_id,
    k.presented_at_utc AS other_presented_at_utc
FROM centre_call AS d
INNER JOIN kept AS k ON d.log = k.log AND d.centre_call_id = k.centre_call_id
WHERE
    d.bucket = 'duplicate_record'
    AND (
        elapsed_ms(k.presented_at_utc, d.presented_at_utc) > $same_call_within_s * 1000
        OR (d.caller_id <> k.caller_id AND d.caller_basis <> 'own' AND k.caller_basis <> 'own')
    )
ORDER BY d.record_id
