/*---
title = "The cause for each word of Asterisk"
why = "Asterisk writes a word and no cause. Layouts name this table for that column."
[columns]
text = { is = "word as logged", privacy = "public" }
release_cause = "Q.850 cause for this word"
meaning = { is = "meaning of the cause", privacy = "public" }
source = { is = "source of this meaning", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS asterisk_disposition (
    text VARCHAR,
    release_cause INTEGER,
    meaning VARCHAR,
    source VARCHAR
);
