/*---
title = "What a capture's messages without an INVITE say of calls that began in another file"
why = "Where a file ends is no property of a call: its answer may be the first packet of the next file, or in a file of the other direction."
[columns]
file_no = "file.file_no"
call_id = "SIP Call-ID"
from_tag = "tag of From"
at_utc = "when it was seen"
kind = "answered, final (a refusal), cancel or bye"
sip_status = "status of a response"
release_cause = "Q.850 cause of its Reason"
vias = "length of its Via stack: the shortest is nearest to the caller"
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
