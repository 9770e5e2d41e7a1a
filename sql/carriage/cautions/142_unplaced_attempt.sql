/*---
title = "Failed attempts in the time of an outage that name no network"
sentence = "{attempts} failed attempt(s) in the time of a significant outage name no network. Whether the outage is theirs is unknown, and they are not counted in it: the real count in the outage may be higher. Where one log is of one network, write network = \"...\" in its [[source]]."
is_floor = true
grain = ["attempts"]

[columns]
attempts = "BIGINT"
---*/
-- where no record of an attempt or subscriber names a network, the figures of the outage are not in evidence, which says more than this
SELECT COUNT(DISTINCT a.attempt_id) AS attempts
FROM attempt AS a
INNER JOIN outage AS o
    ON a.started_at_utc >= o.starts_at_utc AND elapsed_ms(o.ends_at_utc, a.started_at_utc) < o.recovery_tail_s * 1000
WHERE
    a.state = 'failed'
    AND a.network IS NULL
    AND a.outage_id IS NULL
    AND o.is_significant
    AND EXISTS (SELECT 1 FROM outage_network AS n WHERE n.outage_id = o.outage_id)
    AND NOT EXISTS (SELECT 1 FROM unplaced_outage AS u WHERE u.outage_id = o.outage_id)
HAVING COUNT(*) > 0
ORDER BY attempts
