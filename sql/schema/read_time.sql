/*---
title = "Strict reader of times"
why = "A cast to TIMESTAMP drops the offset and whatever follows, turns 24:00 into the next day and picks a side of a clock change without a word. These honour the offset, refuse the rest with a reason, and say so where a local time happened twice."
---*/
-- ISO 8601: date, T or space, hours and minutes, seconds and up to nine decimals where given, Z or an offset where given.
CREATE OR REPLACE MACRO memory.main.is_iso_time(t) AS REGEXP_FULL_MATCH(
    t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{0,9})?)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?'
);
CREATE OR REPLACE MACRO memory.main.iso_fraction_ms(t) AS (
    TRY_CAST(LEFT(REGEXP_EXTRACT(t, '[.,]([0-9]+)', 1) || '000', 3) AS integer)
);
CREATE OR REPLACE MACRO memory.main.iso_clock(t) AS (
    TRY_CAST(LEFT(t, 10) || ' ' || CASE WHEN SUBSTR(t, 17, 1) = ':' THEN SUBSTR(t, 12, 8) ELSE SUBSTR(t, 12, 5) || ':00' END AS timestamp)
    + TO_MILLISECONDS(ISO_FRACTION_MS(t))
);
CREATE OR REPLACE MACRO memory.main.iso_zone(t) AS REGEXP_EXTRACT(t, ':[0-9]{2}(?:[.,][0-9]*)? ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$', 1);
-- Minutes east of UTC. NULL for an offset that no clock on earth has.
CREATE OR REPLACE MACRO memory.main.zone_minutes(z) AS (
    CASE
        WHEN z IN ('Z', 'z') THEN 0
        WHEN TRY_CAST(SUBSTR(z, 2, 2) AS integer) <= 14 AND TRY_CAST('0' || RIGHT(SUBSTR(z, 4), 2) AS integer) < 60
            THEN
                (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END)
                * (TRY_CAST(SUBSTR(z, 2, 2) AS integer) * 60 + TRY_CAST('0' || RIGHT(SUBSTR(z, 4), 2) AS integer))
    END
);
-- Local time to UTC by the zone's offsets a day before and a day after: the two instants a wall clock may mean.
CREATE OR REPLACE MACRO memory.main.zone_offset(utc, zone) AS TIMEZONE(zone, TIMEZONE('UTC', utc)) - utc;
CREATE OR REPLACE MACRO memory.main.utc_if_shown(clock, utc, zone) AS CASE WHEN TIMEZONE(zone, TIMEZONE('UTC', utc)) = clock THEN utc END;
CREATE OR REPLACE MACRO memory.main.utc_before(clock, zone) AS UTC_IF_SHOWN(clock, clock - ZONE_OFFSET(clock - INTERVAL 1 DAY, zone), zone);
CREATE OR REPLACE MACRO memory.main.utc_after(clock, zone) AS UTC_IF_SHOWN(clock, clock - ZONE_OFFSET(clock + INTERVAL 1 DAY, zone), zone);
CREATE OR REPLACE MACRO memory.main.read_clock(clock, zone) AS (
    CASE
        WHEN clock IS NULL THEN READING(CAST(NULL AS timestamp), 'not_a_time')
        WHEN YEAR(clock) < 1990 OR YEAR(clock) > 2099 THEN READING(CAST(NULL AS timestamp), 'time_out_of_range')
        WHEN zone IS NULL THEN READING(CAST(NULL AS timestamp), 'time_without_zone')
        WHEN ZONE_OFFSET(clock - INTERVAL 1 DAY, zone) = ZONE_OFFSET(clock + INTERVAL 1 DAY, zone)
            THEN READING(clock - ZONE_OFFSET(clock - INTERVAL 1 DAY, zone), CAST(NULL AS varchar))
        WHEN UTC_BEFORE(clock, zone) IS NULL AND UTC_AFTER(clock, zone) IS NULL THEN READING(CAST(NULL AS timestamp), 'time_in_dst_gap')
        WHEN UTC_BEFORE(clock, zone) <> UTC_AFTER(clock, zone)
            THEN READING(LEAST(UTC_BEFORE(clock, zone), UTC_AFTER(clock, zone)), 'ambiguous_time')
        ELSE READING(COALESCE(UTC_BEFORE(clock, zone), UTC_AFTER(clock, zone)), CAST(NULL AS varchar))
    END
);
CREATE OR REPLACE MACRO memory.main.read_instant(utc) AS (
    CASE
        WHEN utc IS NULL THEN READING(CAST(NULL AS timestamp), 'not_a_time')
        WHEN YEAR(utc) < 1990 OR YEAR(utc) > 2099 THEN READING(CAST(NULL AS timestamp), 'time_out_of_range')
        ELSE READING(DATE_TRUNC('millisecond', utc), CAST(NULL AS varchar))
    END
);
CREATE OR REPLACE MACRO memory.main.read_iso_time(t, zone) AS (
    CASE
        WHEN t IS NULL THEN READING(CAST(NULL AS timestamp), CAST(NULL AS varchar))
        WHEN IS_ISO_TIME(t) AND ISO_ZONE(t) = '' THEN READ_CLOCK(ISO_CLOCK(t), zone)
        WHEN IS_ISO_TIME(t) THEN READ_INSTANT(ISO_CLOCK(t) - TO_MINUTES(ZONE_MINUTES(ISO_ZONE(t))))
        WHEN REGEXP_MATCHES(t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]24:') THEN READING(CAST(NULL AS timestamp), 'hour_24')
        WHEN REGEXP_MATCHES(t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:60') THEN READING(CAST(NULL AS timestamp), 'leap_second')
        ELSE READING(CAST(NULL AS timestamp), 'not_a_time')
    END
);
-- Seconds, milliseconds or microseconds since 1970, told apart by their digits. `0` is how loggers write that nothing happened.
CREATE OR REPLACE MACRO memory.main.read_epoch(t) AS (
    CASE
        WHEN t IS NULL OR REGEXP_FULL_MATCH(t, '0+(\.0*)?') THEN READING(CAST(NULL AS timestamp), CAST(NULL AS varchar))
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{9,10}(\.[0-9]{0,9})?')
            THEN
                READ_INSTANT(
                    MAKE_TIMESTAMP(
                        TRY_CAST(SPLIT_PART(t, '.', 1) AS bigint) * 1000000 + TRY_CAST(LEFT(SPLIT_PART(t, '.', 2) || '000000', 6) AS bigint)
                    )
                )
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{12,13}') THEN READ_INSTANT(MAKE_TIMESTAMP(TRY_CAST(t AS bigint) * 1000))
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{15,16}') THEN READ_INSTANT(MAKE_TIMESTAMP(TRY_CAST(t AS bigint)))
        ELSE READING(CAST(NULL AS timestamp), 'not_a_time')
    END
);
