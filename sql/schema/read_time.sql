/*---
title = "Strict reader of times"
why = "A cast to TIMESTAMP drops the offset and whatever follows, turns 24:00 into the next day and picks a side of a clock change without a word. These honour the offset, refuse the rest with a reason, and say so where a local time happened twice."
---*/
-- ISO 8601: date, T or space, hours and minutes, seconds and up to nine decimals where given, Z or an offset where given.
CREATE OR REPLACE MACRO memory.main.is_iso_time(t) AS regexp_full_match(
    t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{0,9})?)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?'
);
CREATE OR REPLACE MACRO memory.main.iso_fraction_ms(t) AS (
    try_cast(left(regexp_extract(t, '[.,]([0-9]+)', 1) || '000', 3) AS INTEGER)
);
CREATE OR REPLACE MACRO memory.main.iso_clock(t) AS (
    try_cast(left(t, 10) || ' ' || CASE WHEN substr(t, 17, 1) = ':' THEN substr(t, 12, 8) ELSE substr(t, 12, 5) || ':00' END AS TIMESTAMP)
    + to_milliseconds(iso_fraction_ms(t))
);
CREATE OR REPLACE MACRO memory.main.iso_zone(t) AS regexp_extract(t, ':[0-9]{2}(?:[.,][0-9]*)? ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)$', 1);
-- Minutes east of UTC. NULL for an offset that no clock on earth has.
CREATE OR REPLACE MACRO memory.main.zone_minutes(z) AS (
    CASE
        WHEN z IN ('Z', 'z') THEN 0
        WHEN try_cast(substr(z, 2, 2) AS INTEGER) <= 14 AND try_cast('0' || right(substr(z, 4), 2) AS INTEGER) < 60
            THEN (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END) * (try_cast(substr(z, 2, 2) AS INTEGER) * 60 + try_cast('0' || right(substr(z, 4), 2) AS INTEGER))
    END
);
-- Local time to UTC by the zone's offsets a day before and a day after: the two instants a wall clock may mean.
CREATE OR REPLACE MACRO memory.main.zone_offset(utc, zone) AS timezone(zone, timezone('UTC', utc)) - utc;
CREATE OR REPLACE MACRO memory.main.utc_if_shown(clock, utc, zone) AS CASE WHEN timezone(zone, timezone('UTC', utc)) = clock THEN utc END;
CREATE OR REPLACE MACRO memory.main.utc_before(clock, zone) AS utc_if_shown(clock, clock - zone_offset(clock - INTERVAL 1 DAY, zone), zone);
CREATE OR REPLACE MACRO memory.main.utc_after(clock, zone) AS utc_if_shown(clock, clock - zone_offset(clock + INTERVAL 1 DAY, zone), zone);
CREATE OR REPLACE MACRO memory.main.read_clock(clock, zone) AS (
    CASE
        WHEN clock IS NULL THEN reading(CAST(NULL AS TIMESTAMP), 'not_a_time')
        WHEN year(clock) < 1990 OR year(clock) > 2099 THEN reading(CAST(NULL AS TIMESTAMP), 'time_out_of_range')
        WHEN zone IS NULL THEN reading(CAST(NULL AS TIMESTAMP), 'time_without_zone')
        WHEN zone_offset(clock - INTERVAL 1 DAY, zone) = zone_offset(clock + INTERVAL 1 DAY, zone)
            THEN reading(clock - zone_offset(clock - INTERVAL 1 DAY, zone), CAST(NULL AS VARCHAR))
        WHEN utc_before(clock, zone) IS NULL AND utc_after(clock, zone) IS NULL THEN reading(CAST(NULL AS TIMESTAMP), 'time_in_dst_gap')
        WHEN utc_before(clock, zone) <> utc_after(clock, zone)
            THEN reading(least(utc_before(clock, zone), utc_after(clock, zone)), 'ambiguous_time')
        ELSE reading(coalesce(utc_before(clock, zone), utc_after(clock, zone)), CAST(NULL AS VARCHAR))
    END
);
CREATE OR REPLACE MACRO memory.main.read_instant(utc) AS (
    CASE
        WHEN utc IS NULL THEN reading(CAST(NULL AS TIMESTAMP), 'not_a_time')
        WHEN year(utc) < 1990 OR year(utc) > 2099 THEN reading(CAST(NULL AS TIMESTAMP), 'time_out_of_range')
        ELSE reading(date_trunc('millisecond', utc), CAST(NULL AS VARCHAR))
    END
);
CREATE OR REPLACE MACRO memory.main.read_iso_time(t, zone) AS (
    CASE
        WHEN t IS NULL THEN reading(CAST(NULL AS TIMESTAMP), CAST(NULL AS VARCHAR))
        WHEN is_iso_time(t) AND iso_zone(t) = '' THEN read_clock(iso_clock(t), zone)
        WHEN is_iso_time(t) THEN read_instant(iso_clock(t) - to_minutes(zone_minutes(iso_zone(t))))
        WHEN regexp_matches(t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]24:') THEN reading(CAST(NULL AS TIMESTAMP), 'hour_24')
        WHEN regexp_matches(t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:60') THEN reading(CAST(NULL AS TIMESTAMP), 'leap_second')
        ELSE reading(CAST(NULL AS TIMESTAMP), 'not_a_time')
    END
);
-- Seconds, milliseconds or microseconds since 1970, told apart by their digits. `0` is how loggers write that nothing happened.
CREATE OR REPLACE MACRO memory.main.read_epoch(t) AS (
    CASE
        WHEN t IS NULL OR regexp_full_match(t, '0+(\.0*)?') THEN reading(CAST(NULL AS TIMESTAMP), CAST(NULL AS VARCHAR))
        WHEN regexp_full_match(t, '[0-9]{9,10}(\.[0-9]{0,9})?')
            THEN read_instant(make_timestamp(try_cast(split_part(t, '.', 1) AS BIGINT) * 1000000 + try_cast(left(split_part(t, '.', 2) || '000000', 6) AS BIGINT)))
        WHEN regexp_full_match(t, '[0-9]{12,13}') THEN read_instant(make_timestamp(try_cast(t AS BIGINT) * 1000))
        WHEN regexp_full_match(t, '[0-9]{15,16}') THEN read_instant(make_timestamp(try_cast(t AS BIGINT)))
        ELSE reading(CAST(NULL AS TIMESTAMP), 'not_a_time')
    END
);
