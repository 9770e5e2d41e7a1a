/*---
title = "What was counted in a file beside its records, for the gates: what may be evidence and was not taken as such"
why = "What is not understood is never nothing (contract 3.14). No record is counted here that has no bucket of its own; a gate reads it by its kind."
[columns]
kind = "not_opened (packets or members that no reader opens), near_miss (records whose dialled text almost is an emergency number), id_column (ids in exponent form)"
subject = "encapsulation, cipher or member; the text as dialled; the column"
---*/
CREATE TABLE IF NOT EXISTS observation (
    file_no INTEGER,
    kind VARCHAR,
    subject VARCHAR,
    found BIGINT,
    among BIGINT
);
