/*---
title = "Failed attempts that the caller gave up, nothing says when"
sentence = "{attempts} failed attempt(s) were given up by the caller, as the carrier's records say, but not when: without a release time they count as failed. Map released_at or duration_s in the source (a duration of 0 gives no release time)."
grain = ["attempts"]

[columns]
attempts = "BIGINT"
---*/
SELECT COUNT(*) AS attempts
FROM attempt AS a
LEFT JOIN sip_status AS t ON a.sip_status = t.code
LEFT JOIN cause_code AS q ON a.release_cause = q.code
LEFT JOIN attempt_disposition AS d ON a.disposition = d.word
WHERE
    a.state = 'failed'
    AND a.is_covered
    AND a.released_at_utc IS NULL
    AND (t.is_caller_release OR (a.outcome <> 'answered' AND q.is_caller_release) OR d.is_caller_release)
HAVING COUNT(*) > 0
ORDER BY attempts
