/*---
id = "attempt_state"
title = "The state of each attempt, and whose records show it"
why = "Exactly one state: test, delivered, undetermined, cancelled or failed, with its basis (contract 3.8). Two more columns hold the state without the match, and the state by the carrier's records alone. Other definitions of a figure use them."
grain = ["attempt_id"]

[params.early_release_s]
type = "integer"
unit = "s"
default = 2
min = 0
why = "A caller who hangs up within this time cancelled the attempt. After it the attempt failed."

[columns]
attempt_id = "VARCHAR"
state = "VARCHAR"
basis = "VARCHAR"
is_covered = "BOOLEAN"
record_id = "VARCHAR"
match_kind = "VARCHAR"
residual_ms = "BIGINT"
unmatched_state = "VARCHAR"
carrier_state = "VARCHAR"
---*/
WITH attempt_evidence AS (
    SELECT
        a.attempt_id,
        a.is_test,
        m.record_id,
        m.match_kind,
        m.residual_ms,
        c.attempt_id IS NOT NULL AS is_covered,
        -- a null satisfies no condition and does not disturb the others
        (t.is_caller_release OR (a.outcome <> 'answered' AND q.is_caller_release) OR d.is_caller_release)
        AND elapsed_ms(a.started_at_utc, a.released_at_utc) <= $early_release_s * 1000 AS is_let_go,
        -- the status decides; without a status the cause; without both the carrier's own word
        COALESCE(t.is_network_failure, q.is_network_failure, d.is_network_failure) AS is_refused
    FROM attempt_core AS a
    LEFT JOIN match AS m ON a.attempt_id = m.attempt_id
    LEFT JOIN attempt_cover AS c ON a.attempt_id = c.attempt_id
    LEFT JOIN sip_status AS t ON a.sip_status = t.code
    LEFT JOIN cause_code AS q ON a.release_cause = q.code
    LEFT JOIN attempt_disposition AS d ON a.disposition = d.word
),

attempt_without_match AS (
    SELECT
        *,
        CASE
            WHEN is_covered AND is_let_go THEN 'cancelled'
            WHEN is_covered OR is_refused THEN 'failed'
            ELSE 'undetermined'
        END AS unmatched_state,
        CASE WHEN is_refused THEN 'failed' ELSE 'undetermined' END AS carrier_state
    FROM attempt_evidence
)

SELECT
    attempt_id,
    CASE
        WHEN is_test THEN 'test'
        WHEN match_kind IN ('call_id', 'caller') THEN 'delivered'
        WHEN match_kind = 'weak' THEN 'undetermined'
        ELSE unmatched_state
    END AS state,
    CASE
        WHEN is_test THEN 'none'
        WHEN match_kind IS NOT NULL OR is_covered THEN 'centre'
        WHEN is_refused THEN 'carrier'
        ELSE 'none'
    END AS basis,
    is_covered,
    record_id,
    match_kind,
    residual_ms,
    unmatched_state,
    carrier_state
FROM attempt_without_match
ORDER BY attempt_id
