/*---
title = "Content counted in a file beside its records, for the gates: possible evidence that was not read as records"
why = "Content that is not understood must not disappear. Every record has a bucket elsewhere; these counts are in addition. Each gate reads the rows of its kind."
[columns]
kind = "not_opened (packets or members that no reader opens), near_miss (records whose dialled text is almost an emergency number), id_column (ids in exponent form), cannot_show (what the log by its kind, or by all its records, does not hold), unsynchronised_clock (records whose writer says so), signature (signed events), silent_log (a log of events in which the centre sent none), lost_record (records that a charging file lacks), file_sequence (its number), unknown_field (fields that no standard has), only_reached (its node writes only what reached it), listed (what an object store said of it, where the case trusts that)"
subject = "encapsulation, cipher or member; the text as dialled; the column; failures or dialled; absent or wrong; count, surplus or indicator; the node; the field; size and ETag"
---*/
CREATE TABLE IF NOT EXISTS observation (
    file_no INTEGER,
    kind VARCHAR,
    subject VARCHAR,
    found BIGINT,
    among BIGINT
);
