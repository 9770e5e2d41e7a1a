/*---
title = "Numbers that only make or receive test calls: the case's and the regime's"
---*/
CREATE TABLE IF NOT EXISTS test_number (
    number_text VARCHAR
)
