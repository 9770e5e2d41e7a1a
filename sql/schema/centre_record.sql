/*---
title = "One record for each call that arrived at a service centre"
role = "centre"
required = ["presented_at"]
numbers = ["calling_number"]
ids = ["centre_call_id", "call_id", "linked_call_id", "imsi", "imei"]
[columns]
log = "the record's centre, else the source's, else 'centre'"
call_id = "id the network gave the call"
answered_at_utc = "answer by the centre"
route = "route it came in by"
disposition = "how the centre's part ended"
[codes]
disposition = "centre_disposition"
---*/
CREATE TABLE IF NOT EXISTS centre_record (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    log VARCHAR,
    centre_call_id VARCHAR,
    centre VARCHAR,
    call_id VARCHAR,
    linked_call_id VARCHAR,
    presented_at_utc TIMESTAMP,
    answered_at_utc TIMESTAMP,
    released_at_utc TIMESTAMP,
    calling_number VARCHAR,
    imsi VARCHAR,
    imei VARCHAR,
    route VARCHAR,
    network VARCHAR,
    disposition VARCHAR,
    transferred_to VARCHAR,
    transferred_at_utc TIMESTAMP,
    location_received BOOLEAN,
    callback_received BOOLEAN,
    extra VARCHAR
);
