/*---
title = "Whether numbers are certainly no counter"
why = "They are in too many blocks of 4,096 numbers. A counter of which half of the numbers are missing is in one block for each 2,048 records, and in two more at its ends. Six numbers far from all others do not make it another column: a record that comes late, or one whose number is wrong. A block is one of 64 bits."
---*/
CREATE OR REPLACE MACRO memory.main.block_of_sequence(number) AS (
    CAST(1 AS UBIGINT) << CAST((number >> 12) & 63 AS UBIGINT)
);

CREATE OR REPLACE MACRO memory.main.is_sparse_counter(blocks, numbers) AS (
    BIT_COUNT(blocks) > numbers // 2048 + 8
);
