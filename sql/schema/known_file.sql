/*---
title = "Every file that an earlier run had loaded, as it was last, whether it is still there or not"
why = "What a later run does not find any more is a gate (contract 3.14). The table is written before anything is taken off the books, so that a run that is cut off forgets nothing."
[columns]
content_sha256 = "of its content when unpacked"
loaded = "rows it gave"
---*/
CREATE TABLE IF NOT EXISTS known_file (
    path VARCHAR,
    role VARCHAR,
    content_sha256 VARCHAR,
    loaded BIGINT
);
