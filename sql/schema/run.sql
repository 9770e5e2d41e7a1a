/*---
title = "The last complete run on this case"

[columns]
run_id = "hash of inputs, parameters and SQL"
status = "complete, qualified, incomplete or unbalanced"
report_date = "date of the reports: given, or the latest time in the evidence"
case_title = "title of the case"
regime = "jurisdiction"
country = "country in whose plan numbers are read"
timezone = "zone in which reports show hours"
tool_version = "version of the tool"
sql_sha256 = "hash over all SQL files"
schema_version = "version of these tables"
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
