/*---
title = "Places of cells"
role = "cells"
required = ["cell_id"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
cell_id = "cell"
latitude = "degrees north"
longitude = "degrees east"
region = "region"
access = "radio or fixed access"
network = "network, or the source's own"
extra = "JSON object of the file's columns that the contract does not know"
[codes]
access = ["2g", "3g", "4g", "5g", "wifi", "fixed", "satellite"]
---*/
CREATE TABLE IF NOT EXISTS cell (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    cell_id VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    region VARCHAR,
    access VARCHAR,
    network VARCHAR,
    extra VARCHAR
);
