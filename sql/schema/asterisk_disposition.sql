/*---
title = "The cause that a word of Asterisk stands for"
why = "Asterisk writes a word and no cause; layouts name this table where the column is read."
[columns]
text = "word as logged"
release_cause = "Q.850 cause it stands for"
meaning = "meaning of the cause"
source = "where that is said"
---*/
CREATE TABLE IF NOT EXISTS asterisk_disposition (
    text VARCHAR,
    release_cause INTEGER,
    meaning VARCHAR,
    source VARCHAR
);
