/*---
title = "The sources of the case, and the time that each covers"

[columns]
source_no = "place in the case file"
role = "table it fills"
path = "file or pattern"
network = "network of records that name none"
element = "element of records that name none"
centre = "service centre whose log it is"
covers_from_utc = { is = "first instant that it covers, if declared", privacy = "public" }
covers_to_utc = { is = "last instant that it covers, if declared", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS source (
    source_no INTEGER,
    role VARCHAR,
    path VARCHAR,
    network VARCHAR,
    element VARCHAR,
    centre VARCHAR,
    covers_from_utc TIMESTAMP,
    covers_to_utc TIMESTAMP
)
