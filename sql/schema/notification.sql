/*---
title = "Notices sent about an outage"
role = "notifications"
required = ["sent_at"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
sent_at_utc = "when it was sent"
audience = "who it was for"
recipient = "who received it"
channel = "by which way"
region = "region"
kind = "initial, update or restored"
scale = "how many it said were struck"
cause = "cause it gave"
services = "services it said were struck"
restoration = "when it said service would be back"
content = "what it said"
extra = "JSON object of the file's columns that the contract does not know"
[codes]
audience = ["centre", "regulator", "department", "ombudsman", "police", "customers", "public"]
kind = ["initial", "update", "restored"]
---*/
CREATE TABLE IF NOT EXISTS notification (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    sent_at_utc TIMESTAMP,
    audience VARCHAR,
    recipient VARCHAR,
    channel VARCHAR,
    region VARCHAR,
    kind VARCHAR,
    scale VARCHAR,
    cause VARCHAR,
    services VARCHAR,
    restoration VARCHAR,
    content VARCHAR,
    extra VARCHAR
);
