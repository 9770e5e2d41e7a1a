/*---
title = "The digest of each loaded table when the last load ended. Empty while files are loaded"
why = "A database can be edited by any DuckDB client. A run stops where a table differs from its digest, and reads all logs again where the last load was cut off."
[columns]
table_name = { is = "name of the table", privacy = "public" }
row_count = { is = "rows it held", privacy = "public", unit = "rows" }
sha256 = { is = "hash over the hashes of its rows in order, all columns", privacy = "public" }
content_sha256 = "the same without the numbers of files, which change with the order of the sources"
seal = { is = "code over all rows of this table, by a key outside the case", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS table_digest (
    table_name VARCHAR,
    row_count BIGINT,
    sha256 VARCHAR,
    content_sha256 VARCHAR,
    seal VARCHAR
);
