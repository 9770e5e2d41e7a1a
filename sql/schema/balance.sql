/*---
title = "Every sum that must hold"

[columns]
balance_id = { is = "the balance", privacy = "public" }
title = "the two figures that must be equal"
---*/
CREATE TABLE IF NOT EXISTS balance (
    balance_id VARCHAR,
    title VARCHAR,
    expected BIGINT,
    actual BIGINT,
    where_to_look VARCHAR
)
