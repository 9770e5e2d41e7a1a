/*---
title = "The result of every rule"

[columns]
rule_id = { is = "the rule", privacy = "public" }
title = "what the rule finds"
status = "findings, clean, not_applicable or failed"
count = "number of rows found"
clause = { is = "clause it serves", privacy = "public" }
is_clause_verified = { is = "whether somebody read the primary text", privacy = "public" }
reason = "why the rule does not apply, or failed"
sql_path = "file that finds it, below sql/"
---*/
CREATE TABLE IF NOT EXISTS finding (
    rule_id VARCHAR,
    title VARCHAR,
    severity VARCHAR,
    status VARCHAR,
    count BIGINT,
    clause VARCHAR,
    is_clause_verified BOOLEAN,
    reason VARCHAR,
    sql_path VARCHAR
)
