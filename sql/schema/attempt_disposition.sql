/*---
title = "The carrier's own words for how an attempt ended"
why = "What attempt_record.disposition may hold, and what each word says."
[columns]
word = { is = "word of the contract", privacy = "public" }
title = "what it says"
is_answer = { is = "the leg was answered", privacy = "public" }
is_network_failure = { is = "without a SIP status and a cause: the network refused or lost the call (contract 3.8)", privacy = "public" }
is_caller_release = { is = "the caller let go", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS attempt_disposition (
    word VARCHAR,
    title VARCHAR,
    is_answer BOOLEAN,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN
);
