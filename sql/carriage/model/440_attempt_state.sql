/*---
id = "attempt_state"
title = "What became of each attempt, and on whose word"
why = "Exactly one state: test, delivered, undetermined, cancelled or failed, with its basis (contract 3.8). Beside it, the state it would have without its match, and on the carrier's records alone: other definitions of a figure rest on these."
grain = ["attempt_id"]

[params.early_release_s]
type = "integer"
unit = "s"
default = 2
min = 0
why = "A caller who lets go within this time cancelled the attempt; later, the attempt failed."

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
WITH known AS (
    SELECT
        a.attempt_id,
        a.test_rank,
        m.record_id,
        m.match_kind,
        m.residual_ms,
        c.attempt_id IS NOT NULL AS is_covered,
        COALESCE(
            (
                COALESCE(a.sip_status = 487, FALSE)
                OR COALESCE(a.outcome_rank <> 1 AND a.release_cause = 16, FALSE)
                OR COALESCE(a.disposition = 'cancelled', FALSE)
            )
            AND elapsed_ms(a.started_at_utc, a.released_at_utc) <= $early_release_s * 1000,
            FALSE
        ) AS is_let_go,
        CASE
            WHEN a.sip_status IS NOT NULL THEN a.sip_status BETWEEN 400 AND 699 AND a.sip_status NOT IN (486, 487, 600, 603)
            WHEN a.release_cause IS NOT NULL THEN a.release_cause NOT IN (16, 17, 18, 19, 21, 31)
            ELSE COALESCE(a.disposition = 'failed', FALSE)
        END AS is_refused
    FROM attempt_core AS a
    LEFT JOIN match AS m ON a.attempt_id = m.attempt_id
    LEFT JOIN attempt_cover AS c ON a.attempt_id = c.attempt_id
),

judged AS (
    SELECT
        *,
        CASE
            WHEN is_covered AND is_let_go THEN 'cancelled'
            WHEN is_covered OR is_refused THEN 'failed'
            ELSE 'undetermined'
        END AS unmatched_state,
        CASE WHEN is_refused THEN 'failed' ELSE 'undetermined' END AS carrier_state
    FROM known
)

SELECT
    attempt_id,
    CASE
        WHEN test_rank < 9 THEN 'test'
        WHEN match_kind IN ('call_id', 'caller') THEN 'delivered'
        WHEN match_kind = 'weak' THEN 'undetermined'
        ELSE unmatched_state
    END AS state,
    CASE
        WHEN test_rank < 9 THEN 'none'
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
FROM judged
ORDER BY attempt_id
