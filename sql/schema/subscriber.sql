/*---
title = "Who holds a number"
role = "subscribers"
required = ["calling_number"]
numbers = ["calling_number", "contact_number"]
ids = ["imsi", "imei", "account_id"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
calling_number = "the subscriber's number"
imsi = "IMSI, as logged"
imei = "IMEI, as logged"
account_id = "account"
contact_number = "number for contact"
region = "region"
network = "network, or the source's own"
class = "consumer, business, prepaid, wholesale ... in the carrier's own words"
extra = "JSON object of the file's columns that the contract does not know"
---*/
CREATE TABLE IF NOT EXISTS subscriber (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    calling_number VARCHAR,
    imsi VARCHAR,
    imei VARCHAR,
    account_id VARCHAR,
    contact_number VARCHAR,
    region VARCHAR,
    network VARCHAR,
    class VARCHAR,
    extra VARCHAR
);
