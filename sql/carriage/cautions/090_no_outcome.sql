/*---
title = "A log that does not say how its calls ended"
sentence = "{names}: no column says how a call ended, so that none is seen to have failed where no centre's log covers it. Map the column that says it to release_cause, sip_status or disposition: columns = { release_cause = \"...\" }. The real count may be higher."
others = "other log(s)"
is_floor = true
in_answer = true
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
-- an answer time alone is not enough: without it the call may have failed, or the caller may have given up; 110 speaks of logs without failures
WITH source_column AS (
    SELECT
        f.source_no,
        SUM(
            CASE
                WHEN
                    STRPOS(',' || f.columns_present || ',', ',release_cause,') > 0
                    OR STRPOS(',' || f.columns_present || ',', ',sip_status,') > 0
                    OR STRPOS(',' || f.columns_present || ',', ',disposition,') > 0
                    OR o.kind IS NOT NULL
                    THEN 1
                ELSE 0
            END
        ) AS telling
    FROM file AS f
    LEFT JOIN observation AS o ON f.file_no = o.file_no AND o.kind = 'cannot_show' AND o.subject = 'failures'
    WHERE f.status = 'loaded' AND f.role = 'attempts'
    GROUP BY f.source_no
),

undecided_source AS (
    SELECT DISTINCT f.source_no
    FROM attempt AS a
    INNER JOIN attempt_record AS r ON a.attempt_id = r.record_id
    INNER JOIN file AS f ON r.file_no = f.file_no
    WHERE a.state = 'undetermined' AND a.match_kind IS NULL AND a.outcome <> 'answered'
)

SELECT s.path AS name
FROM source_column AS c
INNER JOIN undecided_source AS u ON c.source_no = u.source_no
INNER JOIN source AS s ON c.source_no = s.source_no
WHERE c.telling = 0
GROUP BY s.path
ORDER BY name
