/*---
title = "One record a call leg as a network element logged it; emergencies only"
role = "attempts"
required = ["started_at"]
numbers = ["calling_number", "dialled", "dialled_other"]
ids = ["call_id", "linked_call_id", "imsi", "imei"]
[limits]
release_cause = [1, 127]
sip_status = [100, 699]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
call_id = "SIP Call-ID, ICID or charging id"
linked_call_id = "any second id of the same call: linkedid, the other leg, ICID"
network = "network, or the source's own"
element = "network element that wrote the record"
sequence = "record counter of the element"
started_at_utc = "start of the attempt"
answered_at_utc = "answer"
released_at_utc = "release"
calling_number = "number of the calling party, as logged"
imsi = "IMSI, as logged"
imei = "IMEI, as logged"
dialled = "digits or service URN, as logged"
dialled_other = "the number as asked or as sent, where dialled holds something else"
service_category = "emergency service category mask"
access = "radio or fixed access"
cell_id = "cell or line"
route = "route towards the service centre"
release_cause = "Q.850 cause"
sip_status = "final SIP status"
release_location = "where the release began, by Q.850: U, LPN, LN, TN, RLN, RPN, INTL or BI"
disposition = "the carrier's own word: answered, no_answer, busy, cancelled, rejected or failed"
duration_s = "seconds from the start to the release"
talk_s = "seconds from the answer to the release"
is_test = "declared a test by the network"
extra = "JSON object of the file's columns that the contract does not know"
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
