/*---
id = "attribution"
title = "Whose fault it was: where it lay, who had the duty, and whether what was said agrees"
why = "Two verdicts, for a place outside the network ends no duty where the regime says so (contract 5.3). The delay is that of the network's first delivered attempt; the peak is of records of the centre open at one instant of the window."
grain = ["declared_no"]

[columns]
declared_no = "INTEGER"
attribution_id = "VARCHAR"
outage_id = { type = "VARCHAR", is = "the outage in question" }
network = { type = "VARCHAR", is = "the network in question" }
place = "VARCHAR"
duty_holder = { type = "VARCHAR", is = "who had the duty to carry the calls; null: nobody, or the logs do not show it", privacy = "public", as = "id" }
claim = "VARCHAR"
claim_verdict = { type = "VARCHAR", is = "consistent, inconsistent or cannot_tell; null without a claim", privacy = "public" }
delay_ms = { type = "BIGINT", is = "from the service's scheduled start, else the outage's, to the network's first delivered attempt", privacy = "public" }
peak_concurrent = { type = "BIGINT", is = "most records open at the termination point at one instant of the window; null where no release is known", privacy = "public" }
group_place = { type = "VARCHAR", is = "the place that the groups name; null: none", privacy = "public" }
stage_place = { type = "VARCHAR", is = "the place that the stage of nine in ten of the network's failures names; null: none", privacy = "public" }
---*/
WITH arrived AS (
    SELECT f.declared_no, MIN(elapsed_ms(f.origin_utc, a.started_at_utc)) AS delay_ms
    FROM attribution_frame AS f
    INNER JOIN attempt AS a ON f.network = a.network AND a.started_at_utc >= f.origin_utc
    LEFT JOIN attempt_stage AS s ON a.attempt_id = s.attempt_id
    WHERE a.state = 'delivered' AND COALESCE(NOT s.is_failure, TRUE)
    GROUP BY f.declared_no
),

open_record AS (
    SELECT f.declared_no, GREATEST(c.presented_at_utc, f.starts_at_utc) AS from_utc, c.released_at_utc AS to_utc
    FROM attribution_frame AS f
    INNER JOIN centre_call AS c
        ON
            c.presented_at_utc < f.ends_at_utc
            AND c.released_at_utc > f.starts_at_utc
            AND c.released_at_utc > c.presented_at_utc
    WHERE c.bucket IN ('matched', 'orphan')
),

step AS (
    SELECT declared_no, from_utc AS at_utc, 1 AS change FROM open_record
    UNION ALL
    SELECT declared_no, to_utc AS at_utc, -1 AS change FROM open_record
),

stacked AS (
    SELECT
        declared_no,
        SUM(change) OVER (
            PARTITION BY declared_no ORDER BY at_utc ASC, change ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS open_records
    FROM step
),

peak AS (
    SELECT declared_no, CAST(MAX(open_records) AS BIGINT) AS peak_concurrent FROM stacked GROUP BY declared_no
)

SELECT
    f.declared_no, f.attribution_id, f.outage_id, f.network,
    p.place,
    CASE
        WHEN EXISTS (SELECT 1 FROM case_setting AS c WHERE c.setting = 'duty_stays_with_network' AND c.value = 'yes')
            THEN CASE WHEN p.place <> 'no_failure' THEN f.network END
        WHEN p.place = 'own_network' THEN f.network
        WHEN p.place = 'platform' THEN f.operated_by
    END AS duty_holder,
    f.claim,
    CASE
        WHEN f.claim IS NULL THEN NULL
        WHEN p.place = 'cannot_tell' THEN 'cannot_tell'
        WHEN f.claim = 'not_own_network' AND p.place NOT IN ('own_network', 'common') THEN 'consistent'
        WHEN f.claim = p.place THEN 'consistent'
        ELSE 'inconsistent'
    END AS claim_verdict,
    a.delay_ms,
    CASE
        WHEN EXISTS (SELECT 1 FROM centre_call AS c WHERE c.released_at_utc IS NOT NULL) THEN COALESCE(k.peak_concurrent, 0)
    END AS peak_concurrent,
    p.group_place,
    p.stage_place
FROM attribution_frame AS f
INNER JOIN attribution_place AS p ON f.declared_no = p.declared_no
LEFT JOIN arrived AS a ON f.declared_no = a.declared_no
LEFT JOIN peak AS k ON f.declared_no = k.declared_no
ORDER BY f.declared_no
