/*---
title = "Stretches of an element's sequence without a hole, in the order of the files"
[columns]
network = "network"
element = "element; null where one counter serves the whole network"
run_no = { is = "order in the file", privacy = "public" }
from_sequence = { is = "first number", privacy = "public" }
to_sequence = { is = "last number", privacy = "public" }
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
