/*---
title = "Models of devices by type allocation code"
role = "devices"
required = ["tac"]
digits = ["tac"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
tac = "first 8 digits of the IMEI"
make = "maker"
model = "model"
extra = "JSON object of the file's columns that the contract does not know"
---*/
CREATE TABLE IF NOT EXISTS device (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    tac VARCHAR,
    make VARCHAR,
    model VARCHAR,
    extra VARCHAR
);
