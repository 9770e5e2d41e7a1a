/*---
title = "Words by which exports say that there is no value"
why = "Null in every column (contract 2). Read for every value of a log, so that they also stand as a list in the macro no_value_words."
[columns]
word = { is = "word, in lower case; one of them is the empty text", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS no_value_word (
    word VARCHAR
);
