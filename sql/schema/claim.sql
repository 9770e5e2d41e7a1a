/*---
title = "Published figures the case declares, as they were published; `auditor claims` recomputes them"

[columns]
claim_id = "name of the claim"
said_by = "who published it"
said_on = "when, as far as known: a day, a month or a year"
figure = "the figure"
qualifier = "how exact it was said to be: exact, about, at_least, more_than, up_to, nearly or derived"
unit = "its unit as published"
measure = "measure that it is said to be a count of"
definition = "definition by which it is recomputed; null where the claim has switches of its own or none"
published_in = "where it was published"
note = "what is to be said of it"
---*/
CREATE TABLE IF NOT EXISTS claim (
    claim_id VARCHAR,
    said_by VARCHAR,
    said_on VARCHAR,
    figure BIGINT,
    qualifier VARCHAR,
    unit VARCHAR,
    measure VARCHAR,
    definition VARCHAR,
    published_in VARCHAR,
    note VARCHAR
)
