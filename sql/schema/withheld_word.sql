/*---
title = "Words in place of a number that was withheld or is not known"
why = "In lower case, letters and digits only. Spaces and signs of a text are removed before it is compared."
[columns]
word = { is = "word, in lower case, letters and digits only", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS withheld_word (
    word VARCHAR
);
