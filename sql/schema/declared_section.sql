/*---
title = "Tables of keys of a domain that the case itself declares"
[columns]
section = { is = "name of the table in case.toml", privacy = "public", as = "id" }
---*/
CREATE TABLE IF NOT EXISTS declared_section (
    section VARCHAR
);
