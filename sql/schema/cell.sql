/*---
title = "Places of cells"
role = "cells"
required = ["cell_id"]
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
