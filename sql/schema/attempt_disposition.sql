/*---
title = "The carrier's own words for how an attempt ended"
why = "What attempt_record.disposition may hold, and what each word says."
[columns]
word = "word of the contract"
title = "what it says"
is_answer = "the leg was answered"
is_network_failure = "without a SIP status and a cause: the network refused or lost the call (contract 3.8)"
is_caller_release = "the caller let go"
---*/
CREATE TABLE IF NOT EXISTS attempt_disposition (
    word VARCHAR,
    title VARCHAR,
    is_answer BOOLEAN,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN
);
