/*---
id = "rejected"
title = "Rejected records"
why = "A record that could not be read may be a call that failed. With many such records a count of the others is not reliable. A file of which no record could be read is no evidence at all (contract 3.14). One such line may hold many records, where line ends or the encoding change; after a header with other columns all is read wrongly."
sentence = "{subject}: {count} of {of} records were rejected."
spoils = "counts from the files named here"
remedy = "`auditor rejects CASE` lists the records with their reasons. A wrong time format (time_format = \"epoch\" for seconds since 1970), delimiter or column name can reject most of a file. For several_records give the file one kind of line ends and one encoding; for moved_header split it there."
grain = ["subject"]
[params.gate_rejected_permille]
type = "integer"
unit = "of 1,000 records"
default = 10
min = 0
why = "With fewer than ten in a thousand records a total hardly changes. The damaged lines of a cut or joined file stay below it too."

[columns]
subject = "VARCHAR"
found = "BIGINT"
among = "BIGINT"
---*/
WITH file_tally AS (
    SELECT
        f.file_no,
        f.path,
        f.loaded,
        f.seen - f.non_data - f.not_kept AS records,
        COUNT(r.column_name) AS wrong_values,
        COUNT(r.file_no) - COUNT(r.column_name) AS damaged,
        MAX(CASE WHEN r.reason IN ('several_records', 'line_too_long', 'moved_header') THEN 1 ELSE 0 END) = 1 AS is_many
    FROM file AS f
    LEFT JOIN reject AS r ON f.file_no = r.file_no
    WHERE f.status = 'loaded'
    GROUP BY f.file_no, f.path, f.loaded, f.seen, f.non_data, f.not_kept
),

file_verdict AS (
    SELECT
        path,
        loaded,
        records,
        wrong_values,
        damaged,
        wrong_values * 1000 > (wrong_values + loaded) * $gate_rejected_permille AS is_by_value,
        is_many OR damaged * 1000 > records * $gate_rejected_permille AS is_by_damage,
        wrong_values + damaged > 0 AND loaded = 0 AS is_empty
    FROM file_tally
)

SELECT
    path AS subject,
    CAST(SUM(
        CASE
            WHEN is_empty OR (is_by_value AND is_by_damage) THEN wrong_values + damaged
            WHEN is_by_value THEN wrong_values
            ELSE damaged
        END
    ) AS BIGINT) AS found,
    CAST(SUM(
        CASE WHEN is_by_value AND NOT is_by_damage AND NOT is_empty THEN wrong_values + loaded ELSE records END
    ) AS BIGINT) AS among
FROM file_verdict
WHERE is_by_value OR is_by_damage OR is_empty
GROUP BY path
ORDER BY subject
