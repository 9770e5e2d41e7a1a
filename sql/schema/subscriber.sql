/*---
title = "Who holds a number"
role = "subscribers"
required = ["calling_number"]
numbers = ["calling_number", "contact_number"]
ids = ["imsi", "imei", "account_id"]
[columns]
calling_number = "the subscriber's number"
class = { is = "consumer, business, prepaid, wholesale ... in the carrier's own words", privacy = "public", as = "id" }
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
