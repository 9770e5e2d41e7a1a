/*---
title = "Elapsed time"
why = "Every duration of the audit is whole milliseconds from a to b, in this one place; another engine gives the name its own definition."
---*/
CREATE OR REPLACE MACRO memory.main.elapsed_ms(a, b) AS DATE_DIFF('millisecond', a, b);
