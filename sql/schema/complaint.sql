/*---
title = "Complaints of customers"
role = "complaints"
required = ["received_at"]
numbers = ["calling_number"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
received_at_utc = "when it came in"
calling_number = "number of the calling party, as logged"
region = "region"
text = "what it says"
extra = "JSON object of the file's columns that the contract does not know"
---*/
CREATE TABLE IF NOT EXISTS complaint (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    received_at_utc TIMESTAMP,
    calling_number VARCHAR,
    region VARCHAR,
    text VARCHAR,
    extra VARCHAR
);
