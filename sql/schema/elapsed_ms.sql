/*---
title = "Elapsed time"
why = "Every duration of the audit is in whole milliseconds from a to b and is computed here. Another engine defines the same name in its own way."
---*/
CREATE OR REPLACE MACRO memory.main.elapsed_ms(a, b) AS DATE_DIFF('millisecond', a, b);
