/*---
title = "One record an act that tries to establish that a failed caller is safe"
role = "welfare"
required = ["attempted_at"]
numbers = ["calling_number"]
ids = ["check_id", "imsi", "imei"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
check_id = "the operator's id of the check"
calling_number = "number of the calling party, as logged"
imsi = "IMSI, as logged"
imei = "IMEI, as logged"
attempted_at_utc = "when it was tried"
method = "how it was tried"
outcome = "what came of it"
operator = "who tried"
extra = "JSON object of the file's columns that the contract does not know"
[codes]
method = ["call", "sms", "visit", "police_referral"]
outcome = ["contacted", "no_contact", "referred", "refused"]
---*/
CREATE TABLE IF NOT EXISTS welfare_record (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    check_id VARCHAR,
    calling_number VARCHAR,
    imsi VARCHAR,
    imei VARCHAR,
    attempted_at_utc TIMESTAMP,
    method VARCHAR,
    outcome VARCHAR,
    operator VARCHAR,
    extra VARCHAR
);
