/*---
title = "The centre's words for how its part of a call ended"
why = "What centre_record.disposition may hold, and what each word says."
[columns]
word = "word of the contract"
title = "what it says"
is_answer = "the centre answered"
is_abandonment = "presented, and gone before an answer"
---*/
CREATE TABLE IF NOT EXISTS centre_disposition (
    word VARCHAR,
    title VARCHAR,
    is_answer BOOLEAN,
    is_abandonment BOOLEAN
);
