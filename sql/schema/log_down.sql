/*---
title = "Stretches in which an element of a centre was out of service, as a log of events says"
why = "While an element is down its log shows no call that did not arrive: that time is not covered."
[columns]
log = "log of the centre"
from_utc = "when it went out of service"
to_utc = "when it was back; null: not before the end of the log"
---*/
CREATE TABLE IF NOT EXISTS log_down (
    file_no INTEGER,
    log VARCHAR,
    from_utc TIMESTAMP,
    to_utc TIMESTAMP
);
