/*---
title = "What quality records say of the media of a call"
why = "A call may be answered and carry no sound. Call records do not show it; quality records of the phones do."
[columns]
call_id = "call_id of the call's records"
device = { is = "phone that measured", privacy = "place", as = "id" }
packets_sent = { is = "packets of sound that it sent", privacy = "public", unit = "packets" }
packets_received = { is = "packets of sound that it received", privacy = "public", unit = "packets" }
---*/
CREATE TABLE IF NOT EXISTS media_report (
    file_no INTEGER,
    call_id VARCHAR,
    device VARCHAR,
    packets_sent BIGINT,
    packets_received BIGINT
);
