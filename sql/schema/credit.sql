/*---
title = "Credits paid to accounts"
role = "credits"
required = ["account_id"]
ids = ["account_id"]
[columns]
record_id = "first 8 hex digits of the content's sha256, a colon and the record number"
file_no = "file.file_no"
record_no = "line of a text file, row of a Parquet file or sheet, dialog of a capture; from 1"
account_id = "account"
amount = "amount in the currency's unit"
currency = "currency"
credited_at_utc = "when it was paid"
extra = "JSON object of the file's columns that the contract does not know"
---*/
CREATE TABLE IF NOT EXISTS credit (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    account_id VARCHAR,
    amount DECIMAL(18, 2),
    currency VARCHAR,
    credited_at_utc TIMESTAMP,
    extra VARCHAR
);
