/*---
title = "Complaints of customers"
role = "complaints"
required = ["received_at"]
numbers = ["calling_number"]
[columns]
text = { is = "text of the complaint", privacy = "free_text", as = "withheld" }
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
