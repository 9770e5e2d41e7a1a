/*---
id = "shifted_times"
title = "Times that are off by the same hours"
why = "With a wrong zone in one source no attempt meets its record at the centre, and every call that arrived counts as failed. Most callers who are in the centre's log at one distance in whole quarters of an hour are no chance."
sentence = "{subject}: for {count} of {of} attempts that nothing matched, the centre has a call of the same caller just so far away."
spoils = "whether a call arrived, and every figure that follows from it"
remedy = "Compare `timezone` and `time_format` of the two sources: one of them is read in a wrong zone. A log that states its zone needs none."
grain = ["subject"]
[params.gate_shifted_times_permille]
type = "integer"
unit = "of 1,000 attempts"
default = 500
min = 0
why = "Most attempts that nothing matched. A caller who tried again much later makes few of them."
[params.gate_shifted_times_least]
type = "integer"
unit = "attempts"
default = 5
min = 1
why = "So few attempts may lie at one distance by chance."

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
SELECT
    'centre log ' || log || COALESCE(' against network ' || network, '') || ', ' || CAST(ABS(shift_s) // 60 AS VARCHAR) || ' minutes '
    || CASE WHEN shift_s > 0 THEN 'later' ELSE 'earlier' END AS subject,
    attempts AS found,
    unmatched AS among
FROM shifted_time
WHERE attempts >= $gate_shifted_times_least AND attempts * 1000 > unmatched * $gate_shifted_times_permille
ORDER BY subject
