/*---
id = "attribution_call"
title = "Attempts that an attribution compares: of a caller the last failed or delivered one of a day, in the window and in ordinary service"
why = "One caller who tries twenty times is one, not twenty (contract 5.3). Ordinary service is outside every outage and its tail, in the hours of the day that the window touches; the day is that of the case. Of attempts that start together the delivered one is the last."
grain = ["declared_no", "call_group", "period", "attempt_id"]

[columns]
declared_no = "INTEGER"
call_group = { type = "VARCHAR", is = "A: of the network in question, C: of another" }
period = "VARCHAR"
attempt_id = "VARCHAR"
stage = { type = "VARCHAR", is = "how far it came; null: it arrived" }
is_failure = { type = "BOOLEAN", is = "failed, or refused by the platform", privacy = "public" }
---*/
WITH finished_attempt AS (
    SELECT
        a.attempt_id, a.caller_id, a.network, a.started_at_utc, s.stage,
        COALESCE(s.is_failure, FALSE) AS is_failure,
        elapsed_ms(CAST('1970-01-01' AS TIMESTAMP), a.started_at_utc) + z.offset_ms AS local_ms
    FROM attempt AS a
    INNER JOIN zone_offset AS z ON a.started_at_utc >= z.from_utc AND a.started_at_utc < z.to_utc
    LEFT JOIN attempt_stage AS s ON a.attempt_id = s.attempt_id
    WHERE a.state IN ('failed', 'delivered') AND a.network IS NOT NULL AND EXISTS (SELECT 1 FROM attribution_frame)
),

dated_attempt AS (
    SELECT
        f.declared_no, c.attempt_id, c.caller_id, c.started_at_utc, c.stage, c.is_failure,
        c.local_ms // 3600000 % 24 AS local_hour,
        c.local_ms // 86400000 AS local_day,
        CASE WHEN c.network = f.network THEN 'A' ELSE 'C' END AS call_group,
        c.started_at_utc >= f.starts_at_utc AND c.started_at_utc < f.ends_at_utc AS is_in_window,
        COALESCE(c.started_at_utc >= f.baseline_from_utc, TRUE) AND COALESCE(c.started_at_utc < f.baseline_to_utc, TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM outage AS o
            WHERE
                c.started_at_utc >= o.starts_at_utc
                AND elapsed_ms(o.ends_at_utc, c.started_at_utc) < o.recovery_tail_s * 1000
        ) AS is_ordinary
    FROM finished_attempt AS c
    CROSS JOIN attribution_frame AS f
),

compared_attempt AS (
    SELECT d.*, CASE WHEN d.is_in_window THEN 'window' ELSE 'baseline' END AS period
    FROM dated_attempt AS d
    WHERE
        d.is_in_window
        OR (
            d.is_ordinary
            AND EXISTS (
                SELECT 1
                FROM attribution_hours AS h
                WHERE
                    h.declared_no = d.declared_no
                    AND NOT h.is_whole
                    AND (d.local_hour - h.from_hour + 24) % 24 <= h.more_hours
            )
        )
),

last_of_day AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY declared_no, call_group, period, caller_id, local_day
            ORDER BY started_at_utc DESC, is_failure ASC, attempt_id DESC
        ) AS place
    FROM compared_attempt
)

SELECT declared_no, call_group, period, attempt_id, stage, is_failure
FROM last_of_day
WHERE place = 1
ORDER BY declared_no, call_group, period, attempt_id
