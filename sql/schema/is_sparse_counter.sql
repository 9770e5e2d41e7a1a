/*---
title = "Whether numbers are certainly no counter"
why = "They never fell back to 0 or 1, so they are one stretch, and fill less than half of it. They count something else than the records of their element."
---*/
CREATE OR REPLACE MACRO memory.main.is_sparse_counter(least, greatest, numbers) AS (
    least > 1 AND 2 * numbers < CAST(greatest AS HUGEINT) - least + 1
);
