/*---
title = "A time so many seconds later"
why = "Deadlines are whole seconds after the origin of a clock, in this one place; another engine gives the name its own definition."
---*/
CREATE OR REPLACE MACRO memory.main.later_by_s(a, seconds) AS a + TO_SECONDS(seconds);
