/*---
title = "The centre's words for how its part of a call ended"
why = "The words that centre_record.disposition may hold, with their meanings."
[columns]
word = { is = "listed word", privacy = "public" }
title = "meaning of the word"
is_answer = { is = "the centre answered", privacy = "public" }
is_abandonment = { is = "presented, and the caller hung up before an answer", privacy = "public" }
stage = { is = "stage of an attempt that ended so; null: it did not fail", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS centre_disposition (
    word VARCHAR,
    title VARCHAR,
    is_answer BOOLEAN,
    is_abandonment BOOLEAN,
    stage VARCHAR
);
