/*---
title = "The last complete run on this case"

[columns]
run_id = { is = "hash of inputs, parameters and SQL", privacy = "public" }
status = "complete, qualified, incomplete or unbalanced"
report_date = { is = "date of the reports: given, or the latest time in the evidence", privacy = "public" }
case_title = { is = "title of the case", privacy = "free_text" }
regime = { is = "jurisdiction", privacy = "public" }
country = { is = "country in whose plan numbers are read", privacy = "public" }
timezone = { is = "zone in which reports show hours", privacy = "public" }
tool_version = { is = "version of the tool", privacy = "public" }
sql_sha256 = { is = "hash over all SQL files", privacy = "public" }
schema_version = { is = "version of these tables", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS run (
    run_id VARCHAR,
    status VARCHAR,
    report_date VARCHAR,
    case_title VARCHAR,
    regime VARCHAR,
    country VARCHAR,
    timezone VARCHAR,
    tool_version VARCHAR,
    sql_sha256 VARCHAR,
    schema_version INTEGER
)
