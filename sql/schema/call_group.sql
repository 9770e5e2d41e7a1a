/*---
title = "The four groups of calls that are compared to find the place of a fault"
why = "Who called (own network or others) by what was called (the service or elsewhere)."
[columns]
call_group = { is = "A own network to the service, B own network elsewhere, C others to the service, D others elsewhere", privacy = "public" }
title = "the group in words"
log = { is = "what shows the group" }
---*/
CREATE TABLE IF NOT EXISTS call_group (
    call_group VARCHAR,
    title VARCHAR,
    log VARCHAR
);
