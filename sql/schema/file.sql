/*---
title = "One row a source file or archive member, with the buckets its records fell in"
[columns]
file_no = "number of the file in this database"
path = "below the case; a member of an archive follows an exclamation mark"
role = "role of its source"
source_no = "source in case.toml, from 1"
format = "layout it was read by"
sha256 = "of the file as it lies on the disk"
content_sha256 = "of its content when unpacked"
size_bytes = "size on the disk"
settings_sha256 = "of all that decided how it was read"
seen = "records seen: the sum of the next four"
non_data = "headers, blank lines, comments, packets of a capture"
rejected = "see reject"
not_emergency = "attempts that are no emergency"
narrowed = "of not_emergency: taken out by emergency_only_when"
loaded = "rows in the table of its role"
columns_present = "canonical columns it has, in order, comma-separated"
first_at_utc = "earliest time of a record"
last_at_utc = "latest time of a record"
received_at_utc = "when it came into the auditor's hands"
is_blind = "an attempts file without a single unanswered record"
status = "loaded, duplicate (its content was loaded from another file) or rolled_back"
problem = "why it was not loaded, or what is to be said of it"
---*/
CREATE TABLE IF NOT EXISTS file (
    file_no INTEGER,
    path VARCHAR,
    role VARCHAR,
    source_no INTEGER,
    format VARCHAR,
    sha256 VARCHAR,
    content_sha256 VARCHAR,
    size_bytes BIGINT,
    settings_sha256 VARCHAR,
    seen BIGINT,
    non_data BIGINT,
    rejected BIGINT,
    not_emergency BIGINT,
    narrowed BIGINT,
    loaded BIGINT,
    columns_present VARCHAR,
    first_at_utc TIMESTAMP,
    last_at_utc TIMESTAMP,
    received_at_utc TIMESTAMP,
    is_blind BOOLEAN,
    status VARCHAR,
    problem VARCHAR
);
