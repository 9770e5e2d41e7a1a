/*---
title = "What a capture's messages without an INVITE say of calls that began in another file"
why = "Where a file ends is no property of a call: its answer may be the first packet of the next file, or in a file of the other direction."
[columns]
call_id = "SIP Call-ID"
from_tag = { is = "tag of From", privacy = "person", as = "id" }
at_utc = { is = "when it was seen", privacy = "public" }
kind = "answered, final (a refusal), cancel or bye"
sip_status = "status of a response"
vias = { is = "length of its Via stack: the shortest is nearest to the caller", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS loose_answer (
    file_no INTEGER,
    call_id VARCHAR,
    from_tag VARCHAR,
    at_utc TIMESTAMP,
    kind VARCHAR,
    sip_status INTEGER,
    release_cause INTEGER,
    vias INTEGER
);
