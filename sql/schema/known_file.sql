/*---
title = "Every file that an earlier run loaded, as it was last, also if it is missing now"
why = "A file that a later run does not find is reported by a gate. The table is written before anything is removed from the ledger, so an interrupted run loses nothing."
[columns]
content_sha256 = "hash of its content when unpacked"
loaded = "rows loaded from it"
---*/
CREATE TABLE IF NOT EXISTS known_file (
    path VARCHAR,
    role VARCHAR,
    content_sha256 VARCHAR,
    loaded BIGINT
);
