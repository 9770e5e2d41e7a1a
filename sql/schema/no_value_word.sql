/*---
title = "Words that exports write where there is no value"
why = "They are null in every column. They are needed for every value of a log, so the macro no_value_words also holds them as a list."
[columns]
word = { is = "word, in lower case; one of them is the empty text", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS no_value_word (
    word VARCHAR
);
