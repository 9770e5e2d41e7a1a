/*---
title = "Where a release began"
why = "Locations of ITU-T Q.850, in lower case."
[columns]
word = { is = "location, in lower case", privacy = "public" }
title = "location in words"
stage = { is = "stage of a failed attempt that was released there; null: it names none", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS release_location (
    word VARCHAR,
    title VARCHAR,
    stage VARCHAR
);
