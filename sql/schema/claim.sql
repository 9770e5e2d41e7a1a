/*---
title = "Published figures that the case declares, as they were published. `auditor claims` recomputes them"

[columns]
claim_id = { is = "name of the claim", privacy = "public", as = "id" }
said_by = { is = "who published it", privacy = "free_text" }
said_on = { is = "when, as far as known: a day, a month or a year", privacy = "public", as = "id" }
figure = { is = "the figure", privacy = "public", unit = "the unit it names" }
qualifier = { is = "how exact the publisher called it: exact, about, at_least, more_than, up_to, nearly or derived", privacy = "public" }
unit = "its unit as published"
measure = { is = "measure that it claims to be, by itself or by its definition", privacy = "public", as = "id" }
settings = { is = "the switches of its definition that differ from the audit's own; null if none does", privacy = "free_text" }
definition = { is = "definition by which it is recomputed; null if the claim has its own switches or none", privacy = "public", as = "id" }
published_in = { is = "where it was published", privacy = "free_text" }
note = { is = "remark", privacy = "free_text" }
---*/
CREATE TABLE IF NOT EXISTS claim (
    claim_id VARCHAR,
    said_by VARCHAR,
    said_on VARCHAR,
    figure BIGINT,
    qualifier VARCHAR,
    unit VARCHAR,
    measure VARCHAR,
    settings VARCHAR,
    definition VARCHAR,
    published_in VARCHAR,
    note VARCHAR
)
