/*---
title = "The cause that a word of Asterisk stands for"
why = "Asterisk writes a word and no cause; layouts name this table where the column is read."
[columns]
text = { is = "word as logged", privacy = "public" }
release_cause = "Q.850 cause it stands for"
meaning = { is = "meaning of the cause", privacy = "public" }
source = { is = "where that is said", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS asterisk_disposition (
    text VARCHAR,
    release_cause INTEGER,
    meaning VARCHAR,
    source VARCHAR
);
