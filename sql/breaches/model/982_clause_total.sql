/*---
id = "clause_total"
title = "Duties broken by clause, with the attempts and callers behind them"
why = "Totals by clause are shown beside the calls they rest on. The same call may be behind several of them (contract 5.7). Behind a broken welfare duty are the failed attempts of its episode."
grain = ["clause"]

[columns]
clause = { type = "VARCHAR", is = "clause that was broken, as the regime or the case names it" }
breaches = { type = "BIGINT", is = "duties broken", privacy = "public", unit = "breaches" }
attempts = { type = "BIGINT", is = "failed attempts behind them" }
callers = { type = "BIGINT", is = "callers behind them", privacy = "public", unit = "callers" }
---*/
WITH behind AS (
    SELECT b.clause, b.attempt_id
    FROM breach AS b
    WHERE b.breaker = 'failed_attempt'
    UNION
    SELECT b.clause, a.attempt_id
    FROM breach AS b
    INNER JOIN attempt AS a ON b.episode_id = a.episode_id AND a.state = 'failed'
    WHERE b.breaker = 'welfare_check'
),

tried AS (
    SELECT clause, COUNT(*) AS attempts FROM behind GROUP BY clause
)

SELECT b.clause, COUNT(*) AS breaches, COALESCE(MAX(t.attempts), 0) AS attempts, COUNT(DISTINCT b.caller_id) AS callers
FROM breach AS b
LEFT JOIN tried AS t ON b.clause = t.clause
GROUP BY b.clause
ORDER BY b.clause
