/*---
title = "Stretches of an element's sequence without a hole, in the order the files give them"
[columns]
file_no = "file.file_no"
network = "network"
element = "element; null where one counter serves the whole network"
run_no = "order in the file"
from_sequence = "first"
to_sequence = "last"
records = "records in it"
---*/
CREATE TABLE IF NOT EXISTS sequence_run (
    file_no INTEGER,
    network VARCHAR,
    element VARCHAR,
    run_no BIGINT,
    from_sequence BIGINT,
    to_sequence BIGINT,
    records BIGINT
);
