/*---
title = "Every sum that must hold"

[columns]
balance_id = "the balance"
title = "what must equal what"
expected = "one side"
actual = "the other side"
where_to_look = "where to look when they differ"
---*/
CREATE TABLE IF NOT EXISTS balance (
    balance_id VARCHAR,
    title VARCHAR,
    expected BIGINT,
    actual BIGINT,
    where_to_look VARCHAR
)
