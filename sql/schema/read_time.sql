/*---
title = "Strict reader of times"
why = "A cast to TIMESTAMP drops the offset and the text after it, turns 24:00 into the next day, and silently chooses one side of a clock change. These macros use the offset, refuse other texts with a reason, and mark local times that occurred twice."
---*/
-- The result of every reader: the value, or why there is none. Defined first, because a lambda needs the macros it names.
CREATE OR REPLACE MACRO memory.main.reading(content, fault) AS STRUCT_PACK(value := content, reason := fault);
-- Times that loggers write for no event: zeros, or a day before 1990 (contract 2).
CREATE OR REPLACE MACRO memory.main.is_no_time(t) AS (
    t < '1990' AND REGEXP_FULL_MATCH(t, '[0:./ T-]+|(0[0-9]{3}|1[0-8][0-9]{2}|19[0-8][0-9])-[0-9]{2}-[0-9]{2}([Tt ].*)?')
);
-- ISO 8601: date, T or space, hours and minutes; optional seconds with up to nine decimals; optional Z or offset.
CREATE OR REPLACE MACRO memory.main.is_iso_time(t) AS REGEXP_FULL_MATCH(
    t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{0,9})?)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?'
);
CREATE OR REPLACE MACRO memory.main.iso_fraction_ms(t) AS (
    CASE WHEN SUBSTR(t, 20, 1) IN ('.', ',') THEN TRY_CAST(LEFT(REGEXP_EXTRACT(t, '[.,]([0-9]+)', 1) || '000', 3) AS integer) ELSE 0 END
);
CREATE OR REPLACE MACRO memory.main.iso_clock(t) AS (
    TRY_CAST(LEFT(t, 10) || ' ' || CASE WHEN SUBSTR(t, 17, 1) = ':' THEN SUBSTR(t, 12, 8) ELSE SUBSTR(t, 12, 5) || ':00' END AS timestamp)
    + TO_MILLISECONDS(ISO_FRACTION_MS(t))
);
-- The part of an ISO time after the clock time.
CREATE OR REPLACE MACRO memory.main.iso_zone(t) AS LTRIM(SUBSTR(t, 17), ':0123456789., ');
-- Minutes east of UTC. NULL for an offset that no time zone has.
CREATE OR REPLACE MACRO memory.main.zone_minutes(z) AS (
    CASE
        WHEN z IN ('Z', 'z') THEN 0
        WHEN TRY_CAST(SUBSTR(z, 2, 2) AS integer) <= 14 AND TRY_CAST('0' || RIGHT(SUBSTR(z, 4), 2) AS integer) < 60
            THEN
                (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END)
                * (TRY_CAST(SUBSTR(z, 2, 2) AS integer) * 60 + TRY_CAST('0' || RIGHT(SUBSTR(z, 4), 2) AS integer))
    END
);
-- Local time to UTC, by the zone's offsets a day before and a day after: the two instants that the local time may mean.
-- A macro would copy its argument to every place of use. A lambda computes it once.
CREATE OR REPLACE MACRO memory.main.zone_offset(utc, zone) AS TIMEZONE(zone, TIMEZONE('UTC', utc)) - utc;
CREATE OR REPLACE MACRO memory.main.utc_if_shown(clock, utc, zone) AS CASE WHEN TIMEZONE(zone, TIMEZONE('UTC', utc)) = clock THEN utc END;
CREATE OR REPLACE MACRO memory.main.utc_choice(utc) AS (
    CASE
        WHEN utc.before IS NULL AND utc.after IS NULL THEN READING(CAST(NULL AS timestamp), 'time_in_dst_gap')
        WHEN utc.before <> utc.after THEN READING(LEAST(utc.before, utc.after), 'ambiguous_time')
        ELSE READING(COALESCE(utc.before, utc.after), CAST(NULL AS varchar))
    END
);
CREATE OR REPLACE MACRO memory.main.read_zoned_clock(clock, utc, zone) AS (
    CASE
        WHEN utc.before = utc.after THEN READING(utc.before, CAST(NULL AS varchar))
        ELSE LIST_TRANSFORM(
            [{'before': UTC_IF_SHOWN(clock, utc.before, zone), 'after': UTC_IF_SHOWN(clock, utc.after, zone)}],
            LAMBDA shown: UTC_CHOICE(shown)
        )[1]
    END
);
CREATE OR REPLACE MACRO memory.main.read_clock(t, zone) AS LIST_TRANSFORM([t], LAMBDA clock:
    CASE
        WHEN clock IS NULL THEN READING(CAST(NULL AS timestamp), 'not_a_time')
        WHEN YEAR(clock) < 1990 THEN READING(CAST(NULL AS timestamp), CAST(NULL AS varchar))
        WHEN YEAR(clock) > 2099 THEN READING(CAST(NULL AS timestamp), 'time_out_of_range')
        WHEN zone IS NULL THEN READING(CAST(NULL AS timestamp), 'time_without_zone')
        ELSE LIST_TRANSFORM(
            [{
                'before': clock - ZONE_OFFSET(clock - INTERVAL 1 DAY, zone),
                'after': clock - ZONE_OFFSET(clock + INTERVAL 1 DAY, zone)
            }],
            LAMBDA utc: READ_ZONED_CLOCK(clock, utc, zone)
        )[1]
    END
)[1];
CREATE OR REPLACE MACRO memory.main.read_instant(t) AS LIST_TRANSFORM([t], LAMBDA utc:
    CASE
        WHEN utc IS NULL THEN READING(CAST(NULL AS timestamp), 'not_a_time')
        WHEN YEAR(utc) < 1990 THEN READING(CAST(NULL AS timestamp), CAST(NULL AS varchar))
        WHEN YEAR(utc) > 2099 THEN READING(CAST(NULL AS timestamp), 'time_out_of_range')
        ELSE READING(DATE_TRUNC('millisecond', utc), CAST(NULL AS varchar))
    END
)[1];
CREATE OR REPLACE MACRO memory.main.read_iso_clock(t, own, zone) AS (
    CASE WHEN own = '' THEN READ_CLOCK(ISO_CLOCK(t), zone) ELSE READ_INSTANT(ISO_CLOCK(t) - TO_MINUTES(ZONE_MINUTES(own))) END
);
-- A time that is plain: of this age, of a day that each year has, in UTC, to the second or with thousandths. Most are; they need no
-- second look.
CREATE OR REPLACE MACRO memory.main.is_plain_time(t) AS REGEXP_FULL_MATCH(
    t,
    '(199[0-9]|20[0-9]{2})-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
    || '[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{3,9})?(Z|\+00:00)'
);
CREATE OR REPLACE MACRO memory.main.plain_time(t) AS CAST(LEFT(t, CASE WHEN SUBSTR(t, 20, 1) = '.' THEN 23 ELSE 19 END) AS timestamp);
CREATE OR REPLACE MACRO memory.main.read_iso_time(t, zone) AS (
    CASE
        WHEN IS_PLAIN_TIME(t) THEN READING(PLAIN_TIME(t), CAST(NULL AS varchar))
        WHEN t IS NULL OR IS_NO_TIME(t) THEN READING(CAST(NULL AS timestamp), CAST(NULL AS varchar))
        WHEN IS_ISO_TIME(t) THEN LIST_TRANSFORM([ISO_ZONE(t)], LAMBDA own: READ_ISO_CLOCK(t, own, zone))[1]
        WHEN REGEXP_MATCHES(t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]24:') THEN READING(CAST(NULL AS timestamp), 'hour_24')
        WHEN REGEXP_MATCHES(t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:60') THEN READING(CAST(NULL AS timestamp), 'leap_second')
        ELSE READING(CAST(NULL AS timestamp), 'not_a_time')
    END
);
-- Seconds, milliseconds or microseconds since 1970, distinguished by the number of digits. Loggers write `0` for no event.
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
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{12,13}(\.0*)?') THEN READ_INSTANT(MAKE_TIMESTAMP(TRY_CAST(SPLIT_PART(t, '.', 1) AS bigint) * 1000))
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{15,16}(\.0*)?') THEN READ_INSTANT(MAKE_TIMESTAMP(TRY_CAST(SPLIT_PART(t, '.', 1) AS bigint)))
        ELSE READING(CAST(NULL AS timestamp), 'not_a_time')
    END
);
-- The same where the source says the unit: a count may then have any number of digits.
CREATE OR REPLACE MACRO memory.main.read_epoch_in(t, per_second) AS (
    CASE
        WHEN t IS NULL OR REGEXP_FULL_MATCH(t, '0+(\.0*)?') THEN READING(CAST(NULL AS timestamp), CAST(NULL AS varchar))
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{1,16}(\.[0-9]{0,9})?')
            THEN
                READ_INSTANT(
                    MAKE_TIMESTAMP(
                        TRY_CAST(SPLIT_PART(t, '.', 1) AS bigint) * (1000000 // per_second)
                        + TRY_CAST(LEFT(SPLIT_PART(t, '.', 2) || '000000', 6) AS bigint) // per_second
                    )
                )
        ELSE READING(CAST(NULL AS timestamp), 'not_a_time')
    END
);
CREATE OR REPLACE MACRO memory.main.read_epoch_s(t) AS READ_EPOCH_IN(t, 1);
CREATE OR REPLACE MACRO memory.main.read_epoch_ms(t) AS READ_EPOCH_IN(t, 1000);
CREATE OR REPLACE MACRO memory.main.read_epoch_us(t) AS READ_EPOCH_IN(t, 1000000);
-- The release of a call if only its length is known: start plus length, else answer plus length. A length of 0 gives no release;
-- neither does an answer before the start.
CREATE OR REPLACE MACRO memory.main.released_after(released, started, duration_s, answered, talk_s) AS COALESCE(
    CAST(released AS timestamp),
    CASE WHEN duration_s > 0 THEN CAST(started AS timestamp) + TO_MILLISECONDS(CAST(TRUNC(duration_s * 1000) AS bigint)) END,
    CASE
        WHEN talk_s > 0 AND answered >= started
            THEN CAST(answered AS timestamp) + TO_MILLISECONDS(CAST(TRUNC(talk_s * 1000) AS bigint))
    END
);
