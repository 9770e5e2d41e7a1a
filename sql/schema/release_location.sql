/*---
title = "Where a release began"
why = "Locations of ITU-T Q.850, in lower case."
[columns]
word = "location, in lower case"
title = "location in words"
---*/
CREATE TABLE IF NOT EXISTS release_location (
    word VARCHAR,
    title VARCHAR
);
