/*---
title = "One record for each call leg that a network element logged; emergency calls only"
role = "attempts"
required = ["started_at"]
numbers = ["calling_number", "dialled", "dialled_other"]
ids = ["call_id", "linked_call_id", "imsi", "imei"]
[limits]
release_cause = [1, 127]
sip_status = [100, 699]
[columns]
sequence = { is = "record counter of the element", privacy = "public" }
dialled_other = { is = "the number as requested or as sent, if it is not the one in dialled", privacy = "person", as = "id" }
disposition = "the carrier's own word: answered, no_answer, busy, cancelled, rejected or failed"
is_test = "declared a test by the network"
[codes]
access = ["2g", "3g", "4g", "5g", "wifi", "fixed", "satellite"]
release_location = "release_location"
disposition = "attempt_disposition"
---*/
CREATE TABLE IF NOT EXISTS attempt_record (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    call_id VARCHAR,
    linked_call_id VARCHAR,
    network VARCHAR,
    element VARCHAR,
    sequence BIGINT,
    started_at_utc TIMESTAMP,
    answered_at_utc TIMESTAMP,
    released_at_utc TIMESTAMP,
    calling_number VARCHAR,
    imsi VARCHAR,
    imei VARCHAR,
    dialled VARCHAR,
    dialled_other VARCHAR,
    service_category INTEGER,
    access VARCHAR,
    cell_id VARCHAR,
    route VARCHAR,
    release_cause INTEGER,
    sip_status INTEGER,
    release_location VARCHAR,
    disposition VARCHAR,
    duration_s DOUBLE,
    talk_s DOUBLE,
    is_test BOOLEAN,
    extra VARCHAR
);
