/*---
title = "The carrier's own words for how an attempt ended"
why = "The words that attempt_record.disposition may hold, with their meanings."
[columns]
word = { is = "listed word", privacy = "public" }
title = "meaning of the word"
is_answer = { is = "the leg was answered", privacy = "public" }
is_network_failure = { is = "if there is neither a SIP status nor a cause: the network refused or lost the call", privacy = "public" }
is_caller_release = { is = "the caller hung up", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS attempt_disposition (
    word VARCHAR,
    title VARCHAR,
    is_answer BOOLEAN,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN
);
