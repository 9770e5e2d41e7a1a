/*---
title = "Calls that the case declares to be taken out by hand: one row a subject of an exclusion"

[columns]
exclusion_no = "place of the exclusion in the case file, from 1"
exclusion_id = "name of the exclusion"
kind = "what the subject is: attempt (record id of any leg), call_id or caller (number in E.164, or caller id)"
subject = "which one"
---*/
CREATE TABLE IF NOT EXISTS exclusion (
    exclusion_no INTEGER,
    exclusion_id VARCHAR,
    kind VARCHAR,
    subject VARCHAR
)
