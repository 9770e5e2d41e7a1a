/*---
title = "The cause or status that a word of FreeSWITCH stands for"
why = "FreeSWITCH writes a name; layouts name this table where the column is read."
[columns]
text = { is = "word as logged", privacy = "public" }
release_cause = "Q.850 cause it stands for"
sip_status = "SIP status it stands for"
meaning = { is = "what it says", privacy = "public" }
source = { is = "where that is said", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS freeswitch_hangup_cause (
    text VARCHAR,
    release_cause INTEGER,
    sip_status INTEGER,
    meaning VARCHAR,
    source VARCHAR
);
