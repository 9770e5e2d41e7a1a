/*---
title = "Ratios by which networks are judged, each with its definition"
why = "A busy centre counts as a success of the network in most of them, and a call that never reaches a switch is in none: none is used alone for emergency calls."
[columns]
metric = { is = "the ratio, with the definition that it follows", privacy = "public" }
title = "its name in words"
definition = "what is divided by what"
counted_of = { is = "what it is a share of: bids (every attempt), seizures (with a route, or that rang) or sessions (with a final SIP status but 3xx)", privacy = "public" }
counts_answer = { is = "an answer counts, whatever its code", privacy = "public" }
caution = { is = "why it is not used alone for emergency calls", privacy = "public" }
source = { is = "where the definition is laid down", privacy = "public" }
is_verified = { is = "read in its primary text", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS call_metric (
    metric VARCHAR,
    title VARCHAR,
    definition VARCHAR,
    counted_of VARCHAR,
    counts_answer BOOLEAN,
    caution VARCHAR,
    source VARCHAR,
    is_verified BOOLEAN
);
