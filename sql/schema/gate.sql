/*---
title = "Results of the gates: tests that the evidence must pass before a figure may be quoted"

[columns]
gate_id = { is = "the gate", privacy = "public" }
title = "what the gate looks for"
is_holding = { is = "whether nothing was found", privacy = "public" }
subject = "file, word or name that was found; empty if the gate holds"
of = { is = "size of the whole that count is part of", privacy = "public" }
accepted_by = { is = "who accepted it", privacy = "person" }
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
