/*---
title = "Calls that the case excludes by hand: one row for each subject of an exclusion"

[columns]
exclusion_no = { is = "place of the exclusion in the case file, from 1", privacy = "public" }
exclusion_id = { is = "name of the exclusion", privacy = "public", as = "id" }
kind = "kind of subject: attempt (record id of any leg), call_id or caller (number in E.164, or caller id)"
subject = "id of the subject"
---*/
CREATE TABLE IF NOT EXISTS exclusion (
    exclusion_no INTEGER,
    exclusion_id VARCHAR,
    kind VARCHAR,
    subject VARCHAR
)
