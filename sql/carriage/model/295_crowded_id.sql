/*---
id = "crowded_id"
title = "Call ids that so many attempts and centre records carry that their pairs cannot all be written down"
why = "An id that every record of a log carries makes a pair of each attempt and each centre record. The match is the same, however it is found (contract 3.7)."
grain = ["mark"]
passing = true

[params.crowded_id_over]
type = "integer"
unit = "pairs"
default = 32
min = 0
why = "An id with more pairs than this for each attempt and record that carries it is matched as a whole. It changes the time that takes, no match."

[columns]
mark = "VARCHAR"
---*/
-- who is alone with an id on one side has no more pairs than the other side has records
WITH attempt_count AS (
    SELECT mark, COUNT(*) AS attempts
    FROM attempt_mark
    WHERE kind = 'call_id' AND NOT is_test
    GROUP BY mark
    HAVING COUNT(*) > 1
),

record_count AS (
    SELECT mark, COUNT(*) AS records FROM centre_mark GROUP BY mark HAVING COUNT(*) > 1
)

SELECT a.mark
FROM attempt_count AS a
INNER JOIN record_count AS c ON a.mark = c.mark
WHERE a.attempts * c.records > $crowded_id_over * (a.attempts + c.records)
ORDER BY a.mark
