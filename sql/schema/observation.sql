/*---
title = "Content counted in a file beside its records, for the gates: possible evidence that was not read as records"
why = "Content that is not understood must not disappear (contract 3.14). Every record has a bucket elsewhere; these counts are in addition. Each gate reads the rows of its kind."
[columns]
kind = "not_opened (packets or members that no reader opens), near_miss (records whose dialled text is almost an emergency number), id_column (ids in exponent form), signature (signed events), silent_log (a log of events in which the centre sent none)"
subject = "encapsulation, cipher or member; the text as dialled; the column; absent or wrong"
---*/
CREATE TABLE IF NOT EXISTS observation (
    file_no INTEGER,
    kind VARCHAR,
    subject VARCHAR,
    found BIGINT,
    among BIGINT
);
