/*---
title = "How every rule ended"

[columns]
rule_id = "the rule"
title = "what it finds"
severity = "critical, high, medium, low or info"
status = "findings, clean, not_applicable or failed"
count = "rows found"
clause = "clause it serves"
is_clause_verified = "whether somebody read the primary text"
reason = "why it does not apply, or failed"
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
