/*---
id = "caller"
title = "One row for each calling party, tests left out"
why = "Failed: at least one failed episode. Reached on retry: has failed attempts, and every episode with a failed attempt is reached (contract 3.10). The welfare status is the worst of the caller's episodes. Undetermined in an outage: has an undetermined episode with an undetermined attempt in a significant outage (contract 3.13)."
grain = ["caller_id"]

[columns]
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
contact_number = "VARCHAR"
region = "VARCHAR"
network = { type = "VARCHAR", is = "network of the subscription, else of the first attempt" }
attempts = "BIGINT"
failed_attempts = "BIGINT"
delivered_attempts = "BIGINT"
episodes = "BIGINT"
failed_episodes = "BIGINT"
undetermined_episodes = "BIGINT"
is_failed = "BOOLEAN"
is_reached_on_retry = { type = "BOOLEAN", is = "has failed attempts, and every episode with a failed attempt is reached", privacy = "public" }
is_failed_in_outage = { type = "BOOLEAN", is = "has a failed episode with a failed attempt in a significant outage", privacy = "public" }
is_undetermined_in_outage = { type = "BOOLEAN", is = "has an undetermined episode with an undetermined attempt in a significant outage", privacy = "public" }
first_failed_at_utc = "TIMESTAMP"
last_failed_at_utc = "TIMESTAMP"
is_welfare_due = { type = "BOOLEAN", is = "a welfare check is due", privacy = "public" }
welfare_status = "VARCHAR"
---*/
WITH caller_count AS (
    SELECT
        caller_id,
        CAST(SUM(attempts) AS BIGINT) AS attempts,
        CAST(SUM(failed_attempts) AS BIGINT) AS failed_attempts,
        CAST(SUM(delivered_attempts) AS BIGINT) AS delivered_attempts,
        COUNT(*) AS episodes,
        COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed_episodes,
        COUNT(CASE WHEN state = 'undetermined' THEN 1 END) AS undetermined_episodes,
        COUNT(CASE WHEN failed_attempts > 0 AND state <> 'reached' THEN 1 END) AS unreached_episodes,
        COUNT(outage_id) AS outage_episodes,
        COUNT(undetermined_outage_id) AS doubtful_episodes,
        MAX(last_failed_at_utc) AS last_failed_at_utc
    FROM episode
    GROUP BY caller_id
),

first_failure AS (
    SELECT caller_id, MIN(started_at_utc) AS first_failed_at_utc FROM attempt WHERE state = 'failed' GROUP BY caller_id
),

worst_duty AS (
    SELECT caller_id, MAX(status_rank) AS worst FROM welfare_duty GROUP BY caller_id
),

caller_status AS (
    SELECT o.caller_id, MIN(d.status) AS status
    FROM worst_duty AS o
    LEFT JOIN welfare_duty AS d ON o.caller_id = d.caller_id AND o.worst = d.status_rank
    GROUP BY o.caller_id
)

SELECT
    k.caller_id,
    k.caller_basis,
    k.e164,
    k.imsi,
    k.imei14,
    k.contact_e164 AS contact_number,
    k.region,
    k.network,
    t.attempts,
    t.failed_attempts,
    t.delivered_attempts,
    t.episodes,
    t.failed_episodes,
    t.undetermined_episodes,
    t.failed_episodes > 0 AS is_failed,
    t.failed_attempts > 0 AND t.unreached_episodes = 0 AS is_reached_on_retry,
    t.outage_episodes > 0 AS is_failed_in_outage,
    t.doubtful_episodes > 0 AS is_undetermined_in_outage,
    f.first_failed_at_utc,
    t.last_failed_at_utc,
    o.caller_id IS NOT NULL AS is_welfare_due,
    o.status AS welfare_status
FROM caller_count AS t
INNER JOIN caller_contact AS k ON t.caller_id = k.caller_id
LEFT JOIN first_failure AS f ON t.caller_id = f.caller_id
LEFT JOIN caller_status AS o ON t.caller_id = o.caller_id
ORDER BY k.caller_id
