/*---
title = "Credits paid to accounts"
role = "credits"
required = ["account_id"]
ids = ["account_id"]
[columns]
amount = { is = "amount in the currency's unit", privacy = "public", as = "id" }
currency = { is = "currency", privacy = "public", as = "id" }
credited_at_utc = { is = "when it was paid", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS credit (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    account_id VARCHAR,
    amount DECIMAL(18, 4),
    currency VARCHAR,
    credited_at_utc TIMESTAMP,
    extra VARCHAR
);
