/*---
title = "Codes that count as a success in each ratio, besides an answer"
[columns]
entry = { is = "number of the entry", privacy = "public" }
metric = { is = "the ratio", privacy = "public" }
kind = "sip or cause"
code = { is = "SIP status, or cause by Q.850", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS metric_code (
    entry VARCHAR,
    metric VARCHAR,
    kind VARCHAR,
    code INTEGER
);
