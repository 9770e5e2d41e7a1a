/*---
title = "Whether numbers are every number of a range, once each"
why = "What a scan says of an element's counter without a look at each value: the least and the greatest, how many, their sum, and the sum of the squares of their remainders by 65,521. Without the squares two holes between two repeats would cancel in the sum; the remainders keep the squares small. The squares of a whole range are known from its ends."
---*/
CREATE OR REPLACE MACRO memory.main.squares_up_to(n) AS (
    (CAST(n AS HUGEINT) + 1) // 65521 * 93758435982120
    + ((CAST(n AS HUGEINT) + 1) % 65521 - 1) * ((CAST(n AS HUGEINT) + 1) % 65521) * (2 * ((CAST(n AS HUGEINT) + 1) % 65521) - 1) // 6
);

CREATE OR REPLACE MACRO memory.main.is_dense_counter(least, greatest, numbers, total, squares) AS (
    numbers = CAST(greatest AS HUGEINT) - least + 1
    AND 2 * total = numbers * (CAST(greatest AS HUGEINT) + least)
    AND squares = CASE
        WHEN least >= 0 THEN squares_up_to(greatest) - squares_up_to(CAST(least AS HUGEINT) - 1)
        WHEN greatest < 0 THEN squares_up_to(-CAST(least AS HUGEINT)) - squares_up_to(-CAST(greatest AS HUGEINT) - 1)
        ELSE squares_up_to(greatest) + squares_up_to(-CAST(least AS HUGEINT))
    END
);
