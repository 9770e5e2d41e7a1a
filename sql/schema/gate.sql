/*---
title = "What the gates found: tests that the evidence must pass before a figure may be quoted"

[columns]
gate_id = "the gate"
title = "what it looks for"
is_holding = "whether nothing was found"
subject = "file, word or name that was found; empty where the gate holds"
count = "how many"
of = "of how many"
accepted_by = "who answers for it"
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
