/*---
title = "Models of devices by type allocation code"
role = "devices"
required = ["tac"]
digits = ["tac"]
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
