/*---
title = "One record for each try to find out whether a failed caller is safe"
role = "welfare"
required = ["attempted_at"]
numbers = ["calling_number"]
ids = ["check_id", "imsi", "imei"]
[columns]
outcome = "outcome of the check"
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
