/*---
title = "Messages of a capture without an INVITE, about calls that began in another file"
why = "The end of a file must not change the outcome of a call. The answer may be the first packet of the next file, or in a file of the other direction."
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
