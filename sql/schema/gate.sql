/*---
title = "What the gates found: tests that the evidence must pass before a figure may be quoted"

[columns]
gate_id = { is = "the gate", privacy = "public" }
title = "what it looks for"
is_holding = { is = "whether nothing was found", privacy = "public" }
subject = "file, word or name that was found; empty where the gate holds"
of = { is = "of how many", privacy = "public" }
accepted_by = { is = "who answers for it", privacy = "person" }
---*/
CREATE TABLE IF NOT EXISTS gate (
    gate_id VARCHAR,
    title VARCHAR,
    is_holding BOOLEAN,
    subject VARCHAR,
    count BIGINT,
    of BIGINT,
    accepted_by VARCHAR
)
