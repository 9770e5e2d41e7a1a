/*---
title = "The cause or status for each word of FreeSWITCH"
why = "FreeSWITCH writes a name. Layouts name this table for that column."
[columns]
text = { is = "word as logged", privacy = "public" }
release_cause = "Q.850 cause for this word"
sip_status = "SIP status for this word"
meaning = { is = "meaning in words", privacy = "public" }
source = { is = "source of this meaning", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS freeswitch_hangup_cause (
    text VARCHAR,
    release_cause INTEGER,
    sip_status INTEGER,
    meaning VARCHAR,
    source VARCHAR
);
