/*---
title = "Every figure that the audit computed"

[columns]
name = { is = "name of the measure", privacy = "public" }
value = { is = "the figure; null where its evidence is missing", privacy = "public" }
low = { is = "lowest defensible figure", privacy = "public" }
high = { is = "highest defensible figure", privacy = "public" }
unit = "what is counted"
definition = "what is counted, in one sentence"
sql_path = "file that computes it, below sql/"
reason = "why it has no value; empty if it has one"
---*/
CREATE TABLE IF NOT EXISTS measure (
    name VARCHAR,
    value BIGINT,
    low BIGINT,
    high BIGINT,
    unit VARCHAR,
    definition VARCHAR,
    sql_path VARCHAR,
    reason VARCHAR
)
