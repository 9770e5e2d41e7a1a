/*---
title = "Whether numbers are every number of a range, once each"
why = "What a scan says of an element's counter without a look at each value: the least and the greatest, how many, their sum, and the sum of the squares of their remainders by 65,521. Without the squares two holes between two repeats would cancel in the sum; the remainders keep the squares small. The squares of a whole range are known from its ends. Of numbers below 0 this says no: no counter that is known has them. It is planned anew for each piece of a log, so it is kept short."
---*/
CREATE OR REPLACE MACRO memory.main.squares_below(n) AS (
    CAST(n // 65521 AS HUGEINT) * 93758435982120 + (n % 65521 - 1) * (n % 65521) * (2 * (n % 65521) - 1) // 6
);

CREATE OR REPLACE MACRO memory.main.is_dense_counter(least, greatest, numbers, total, squares) AS (
    least >= 0
    AND numbers = CAST(greatest AS HUGEINT) - least + 1
    AND 2 * total = numbers * (CAST(greatest AS HUGEINT) + least)
    AND squares = squares_below(CAST(greatest AS HUGEINT) + 1) - squares_below(CAST(least AS HUGEINT))
);
