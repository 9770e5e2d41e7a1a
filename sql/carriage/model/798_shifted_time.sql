/*---
id = "shifted_time"
title = "Attempts that no centre record matched, though one of the same caller lies whole quarters of an hour away, by log, network and distance"
why = "A wrong zone moves all times of a log by the same hours. Then nothing matches, and calls that arrived count as failed. All zones differ by whole quarters of an hour. A retry, or a call carried by another network, lies at any distance. Callers with many such attempts or records are left out: among many, some lie at any distance."
grain = ["log", "network", "shift_s"]

[params.shifted_most]
type = "integer"
unit = "attempts or records of a caller"
default = 10
min = 1
why = "Most callers have one or two."

[columns]
log = "VARCHAR"
network = "VARCHAR"
shift_s = { type = "BIGINT", is = "distance of the centre record from the attempt", privacy = "public", unit = "s" }
attempts = { type = "BIGINT", is = "attempts with a record of their caller at this distance" }
unmatched = { type = "BIGINT", is = "attempts of the network that nothing matched and whose caller is known", privacy = "public", unit = "attempts" }
---*/
WITH counted_attempt AS (
    SELECT
        attempt_id, caller_id, network, started_at_utc,
        COUNT(*) OVER (PARTITION BY caller_id) AS of_caller
    FROM attempt
    WHERE NOT is_test AND centre_record_id IS NULL AND caller_basis <> 'own'
),

unmatched_attempt AS (SELECT * FROM counted_attempt WHERE of_caller <= $shifted_most),

network_size AS (SELECT network, COUNT(*) AS attempts FROM unmatched_attempt GROUP BY network),

counted_record AS (
    SELECT
        log, caller_id, network, presented_at_utc,
        COUNT(*) OVER (PARTITION BY caller_id) AS of_caller
    FROM centre_call
    WHERE bucket = 'orphan' AND caller_basis <> 'own'
),

-- no two zones are farther from each other than 26 hours
distant_record AS (
    SELECT
        c.log, a.network, a.attempt_id,
        elapsed_ms(a.started_at_utc, c.presented_at_utc) AS distance_ms
    FROM unmatched_attempt AS a
    INNER JOIN counted_record AS c ON a.caller_id = c.caller_id
    WHERE
        c.of_caller <= $shifted_most
        AND COALESCE(a.network = c.network, TRUE)
        AND elapsed_ms(a.started_at_utc, c.presented_at_utc) BETWEEN -93600000 AND 93600000
),

-- the nearest quarter; 105 of them make the number that is divided positive
nearest_quarter AS (
    SELECT *, 900 * ((distance_ms + 450000 + 94500000) // 900000 - 105) AS shift_s FROM distant_record
)

-- within a minute of the quarter: the time until a call arrives is a part of it
SELECT
    q.log, q.network, q.shift_s,
    COUNT(DISTINCT q.attempt_id) AS attempts,
    MAX(n.attempts) AS unmatched
FROM nearest_quarter AS q
INNER JOIN network_size AS n ON q.network IS NOT DISTINCT FROM n.network
WHERE q.shift_s <> 0 AND q.distance_ms - 1000 * q.shift_s BETWEEN -60000 AND 60000
GROUP BY q.log, q.network, q.shift_s
ORDER BY q.log, q.network, q.shift_s
