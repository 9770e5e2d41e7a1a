/*---
title = "One record a call that arrived at a service centre"
role = "centre"
required = ["presented_at"]
numbers = ["calling_number"]
ids = ["centre_call_id", "call_id", "linked_call_id", "imsi", "imei"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
log = "the record's centre, else the source's, else 'centre'"
centre_call_id = "the centre's own id of the call"
centre = "service centre"
call_id = "id the network gave the call"
linked_call_id = "any second id of the same call"
presented_at_utc = "arrival at the centre"
answered_at_utc = "answer by the centre"
released_at_utc = "release"
calling_number = "number of the calling party, as logged"
imsi = "IMSI, as logged"
imei = "IMEI, as logged"
route = "route it came in by"
network = "network, or the source's own"
disposition = "how the centre's part ended"
transferred_to = "emergency service it was handed to"
transferred_at_utc = "hand-over"
location_received = "a location came with it"
callback_received = "a number to ring back came with it"
extra = "JSON object of the file's columns that the contract does not know"
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
