/*---
title = "One row for each source file or archive member, with the number of its records in each bucket"
[columns]
file_no = "number of the file in this database"
source_no = "source in case.toml, from 1"
format = { is = "layout it was read by", privacy = "public", as = "id" }
sha256 = { is = "hash of the file as it is on the disk", privacy = "public" }
content_sha256 = "hash of its content when unpacked, or of that and the part of it that is read"
size_bytes = { is = "size on the disk", privacy = "public" }
settings_sha256 = { is = "hash of all settings by which it was read", privacy = "public" }
seen = { is = "records seen: the sum of the next five", privacy = "public", unit = "records" }
non_data = { is = "headers, blank lines, comments, packets of a capture", privacy = "public", unit = "records" }
not_kept = { is = "rows that the source's own keep leaves out", privacy = "public", unit = "records" }
not_emergency = { is = "attempts that are no emergency", privacy = "public", unit = "records" }
narrowed = { is = "part of not_emergency: left out by emergency_only_when", privacy = "public", unit = "records" }
columns_present = { is = "canonical columns it has, in order, comma-separated", privacy = "public" }
first_at_utc = { is = "earliest time of a record", privacy = "public" }
last_at_utc = { is = "latest time of a record", privacy = "public" }
received_at_utc = "when the auditor received it"
is_blind = { is = "an attempts file without a single unanswered record", privacy = "public" }
status = "loaded, duplicate (its content was loaded from another file) or rolled_back"
problem = "why it was not loaded, or a notice about it"
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
    not_kept BIGINT,
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
