/*---
title = "Hours of the day, in the zone of the case, that each outage touches"
[columns]
hour_of_day = { is = "0 to 23", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS outage_hour (
    outage_id VARCHAR,
    hour_of_day BIGINT
);
