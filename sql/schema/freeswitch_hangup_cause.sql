/*---
title = "The cause or status that a word of FreeSWITCH stands for"
why = "FreeSWITCH writes a name; layouts name this table where the column is read."
[columns]
text = "word as logged"
release_cause = "Q.850 cause it stands for"
sip_status = "SIP status it stands for"
meaning = "what it says"
source = "where that is said"
---*/
CREATE TABLE IF NOT EXISTS freeswitch_hangup_cause (
    text VARCHAR,
    release_cause INTEGER,
    sip_status INTEGER,
    meaning VARCHAR,
    source VARCHAR
);
