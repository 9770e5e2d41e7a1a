/*---
title = "Where counters do not continue by one"
why = "Only the sequence of an element shows records that never reached the file. The result depends on which numbers exist and when, never on how the log was cut into files, nor on the order of the files in the case. Where some parts of the logs of a network show a counter of an element and others one of all its elements, all are of one counter, if that has no more breaks within its stretches. The runs of a counter from all files are ordered by the first hour and the first loaded record of their file, then by content. A fall back to 0 or 1 starts a new stretch. There is one exception: if the two stretches together fill more holes than they repeat numbers, they are one stretch that was dealt out to several files. In each stretch, runs that overlap or touch are one island. Between islands there is a hole. An island with more records than numbers repeats some numbers. A hole that is wider than all numbers of the counter is a jump: one number may be wrong, or the counter was set. Where some numbers are in no run nothing is counted as missing, since it may be these; where most are, the counter is unclear. Numbers that fill less than half of the rest, or jump more often than once in 16, count something else and are left out."
---*/
CREATE OR REPLACE MACRO memory.main.sequence_gaps() AS TABLE
    WITH file_start AS (
        SELECT file_no, network, element, MIN(hour_utc) AS hour_utc FROM volume WHERE element IS NOT NULL GROUP BY file_no, network, element
        UNION ALL
        SELECT file_no, network, NULL AS element, MIN(hour_utc) AS hour_utc FROM volume GROUP BY file_no, network
    ),

    -- HUGEINT, because the extremes of a column that is not a counter could overflow
    wide_run AS (
        SELECT file_no, network, element, run_no, records, CAST(from_sequence AS HUGEINT) AS from_sequence, CAST(to_sequence AS HUGEINT) AS to_sequence
        FROM sequence_run
    ),

    mixed_network AS (
        SELECT network FROM wide_run GROUP BY network HAVING COUNT(element) BETWEEN 1 AND COUNT(*) - 1
    ),

    -- all runs as they are (is_one = FALSE), and those of such a network as runs of one counter
    run_in_reading AS (
        SELECT file_no, network, element, FALSE AS is_one, run_no, records, from_sequence, to_sequence FROM wide_run
        UNION ALL
        SELECT r.file_no, r.network, NULL AS element, TRUE AS is_one, r.run_no, r.records, r.from_sequence, r.to_sequence
        FROM wide_run AS r INNER JOIN mixed_network AS m ON r.network IS NOT DISTINCT FROM m.network
    ),

    numbered_run AS (
        SELECT
            r.file_no, r.network, r.element, r.is_one, r.records, r.from_sequence, r.to_sequence,
            ROW_NUMBER() OVER (
                PARTITION BY r.is_one, r.network, r.element
                ORDER BY b.hour_utc NULLS LAST, f.first_at_utc NULLS LAST, f.content_sha256, r.run_no
            ) AS place
        FROM run_in_reading AS r
        INNER JOIN file AS f ON r.file_no = f.file_no
        LEFT JOIN file_start AS b
            ON r.file_no = b.file_no AND r.network IS NOT DISTINCT FROM b.network AND r.element IS NOT DISTINCT FROM b.element
    ),

    run_with_fall AS (
        SELECT
            *, COALESCE(
                from_sequence <= 1 AND from_sequence < LAG(to_sequence) OVER (PARTITION BY is_one, network, element ORDER BY place), FALSE
            ) AS is_fall
        FROM numbered_run
    ),

    run_with_fall_no AS (
        SELECT *, SUM(CASE WHEN is_fall THEN 1 ELSE 0 END) OVER (PARTITION BY is_one, network, element ORDER BY place) AS fall
        FROM run_with_fall
    ),

    -- each stretch alone (joined = 0), and each together with the one before it (joined = 1)
    run_in_trial AS (
        SELECT is_one, network, element, fall, 0 AS joined, from_sequence, to_sequence FROM run_with_fall_no
        UNION ALL
        SELECT is_one, network, element, fall, 1 AS joined, from_sequence, to_sequence FROM run_with_fall_no WHERE fall > 0
        UNION ALL
        SELECT is_one, network, element, fall + 1 AS fall, 1 AS joined, from_sequence, to_sequence FROM run_with_fall_no
    ),

    run_with_previous AS (
        SELECT
            *, COALESCE(MAX(to_sequence) OVER (
                PARTITION BY is_one, network, element, fall, joined ORDER BY from_sequence, to_sequence
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), from_sequence - 1) AS before_sequence
        FROM run_in_trial
    ),

    trial_size AS (
        SELECT
            is_one, network, element, fall, joined,
            MAX(to_sequence) - MIN(from_sequence) + 1 AS span,
            SUM(GREATEST(0, to_sequence - GREATEST(from_sequence - 1, before_sequence))) AS filled
        FROM run_with_previous
        GROUP BY is_one, network, element, fall, joined
    ),

    fall_verdict AS (
        SELECT
            a.is_one, a.network, a.element, a.fall,
            COALESCE(
                (b.span - b.filled) + (a.span - a.filled) - (j.span - j.filled) > b.filled + a.filled - j.filled, FALSE
            ) AS is_dealt
        FROM trial_size AS a
        INNER JOIN trial_size AS b
            ON
                a.is_one = b.is_one AND a.network IS NOT DISTINCT FROM b.network AND a.element IS NOT DISTINCT FROM b.element
                AND b.fall = a.fall - 1 AND b.joined = 0
        INNER JOIN trial_size AS j
            ON
                a.is_one = j.is_one AND a.network IS NOT DISTINCT FROM j.network AND a.element IS NOT DISTINCT FROM j.element
                AND j.fall = a.fall AND j.joined = 1
        WHERE a.joined = 0
    ),

    run_in_stretch AS (
        SELECT
            f.*, SUM(CASE WHEN f.is_fall AND NOT COALESCE(t.is_dealt, FALSE) THEN 1 ELSE 0 END)
                OVER (PARTITION BY f.is_one, f.network, f.element ORDER BY f.place) AS stretch
        FROM run_with_fall_no AS f
        LEFT JOIN fall_verdict AS t
            ON
                f.is_one = t.is_one AND f.network IS NOT DISTINCT FROM t.network
                AND f.element IS NOT DISTINCT FROM t.element AND f.fall = t.fall
    ),

    run_with_reach AS (
        SELECT
            *,
            MAX(to_sequence) OVER (
                PARTITION BY is_one, network, element, stretch ORDER BY from_sequence, to_sequence, place
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS after_sequence
        FROM run_in_stretch
    ),

    stretch_size AS (
        SELECT
            is_one, network,
            MAX(to_sequence) - MIN(from_sequence) + 1 AS span,
            SUM(GREATEST(0, to_sequence - GREATEST(from_sequence - 1, COALESCE(after_sequence, from_sequence - 1)))) AS filled,
            SUM(records) AS records
        FROM run_with_reach
        GROUP BY is_one, network, element, stretch
    ),

    -- the reading with fewer breaks: numbers of a stretch that are missing between its ends, or that are there again
    counter_reading AS (
        SELECT
            network, COALESCE(
                SUM(span - filled + records - filled) FILTER (is_one)
                <= SUM(span - filled + records - filled) FILTER (NOT is_one), FALSE
            ) AS is_one
        FROM stretch_size
        GROUP BY network
    ),

    counter_run AS (
        SELECT r.*
        FROM run_with_reach AS r
        INNER JOIN counter_reading AS c ON r.network IS NOT DISTINCT FROM c.network AND r.is_one = c.is_one
    ),

    run_in_island AS (
        SELECT
            *, SUM(CASE WHEN from_sequence > after_sequence + 1 THEN 1 ELSE 0 END) OVER (
                PARTITION BY network, element, stretch ORDER BY from_sequence, to_sequence, place
            ) AS island
        FROM counter_run
    ),

    island_size AS (
        SELECT
            network, element, stretch, island,
            MIN(from_sequence) AS first_sequence,
            MAX(to_sequence) AS last_sequence,
            SUM(records) AS records,
            ARG_MAX(file_no, (to_sequence, place)) AS file_no
        FROM run_in_island
        GROUP BY network, element, stretch, island
    ),

    island_with_hole AS (
        SELECT
            *,
            first_sequence - 1 - LAG(last_sequence) OVER (PARTITION BY network, element, stretch ORDER BY island) AS hole,
            SUM(last_sequence - first_sequence + 1) OVER (PARTITION BY network, element) AS filled
        FROM island_size
    ),

    -- A file whose numbers alone count nothing has no run. Its numbers may be those that seem to be missing. Where all runs
    -- are of elements, each element is asked by itself; else the whole network.
    held_number AS (
        SELECT network, element, SUM(records) AS held, BOOL_AND(element IS NOT NULL) OVER (PARTITION BY network) AS is_by_element
        FROM wide_run
        GROUP BY network, element
    ),

    partly_held AS (
        SELECT h.network, h.element, 2 * h.held >= v.numbers AS is_most
        FROM held_number AS h
        INNER JOIN (SELECT network, element, SUM(sequence_count) AS numbers FROM volume GROUP BY network, element) AS v
            ON h.network IS NOT DISTINCT FROM v.network AND h.element = v.element
        WHERE h.is_by_element AND h.held < v.numbers
        UNION ALL
        SELECT h.network, NULL AS element, 2 * SUM(h.held) >= MAX(v.numbers) AS is_most
        FROM held_number AS h
        INNER JOIN (SELECT network, SUM(sequence_count) AS numbers FROM volume GROUP BY network) AS v
            ON h.network IS NOT DISTINCT FROM v.network
        WHERE NOT h.is_by_element
        GROUP BY h.network
        HAVING SUM(h.held) < MAX(v.numbers)
    ),

    likely_counter AS (
        SELECT
            i.network, i.element, MIN(i.file_no) AS file_no,
            COUNT(h.is_most) > 0 AS is_partly_held, COALESCE(BOOL_OR(h.is_most), FALSE) AS is_unclear
        FROM island_with_hole AS i
        LEFT JOIN partly_held AS h
            ON i.network IS NOT DISTINCT FROM h.network AND (h.element IS NULL OR i.element = h.element)
        GROUP BY i.network, i.element
        HAVING
            COALESCE(SUM(i.hole) FILTER (i.hole <= i.filled), 0) <= MAX(i.filled)
            AND 16 * COUNT(*) FILTER (i.hole > i.filled) <= MAX(i.filled)
    ),

    counter_island AS (
        SELECT i.*
        FROM island_with_hole AS i
        INNER JOIN likely_counter AS c ON i.network IS NOT DISTINCT FROM c.network AND i.element IS NOT DISTINCT FROM c.element
        WHERE NOT c.is_partly_held
    ),

    stretch_end AS (
        SELECT
            network, element, stretch,
            MIN(first_sequence) AS first_sequence,
            MAX(last_sequence) AS last_sequence,
            ARG_MAX(file_no, last_sequence) AS file_no
        FROM counter_island
        GROUP BY network, element, stretch
    ),

    stretch_bound AS (
        SELECT
            e.*, LEAD(e.first_sequence) OVER (PARTITION BY e.network, e.element ORDER BY e.stretch) AS next_sequence,
            (SELECT MIN(b.bound) FROM (
                SELECT CAST(POWER(2, p.range) AS BIGINT) AS bound FROM RANGE(8, 63) AS p
                UNION ALL
                SELECT CAST(POWER(10, p.range) AS BIGINT) AS bound FROM RANGE(3, 19) AS p
            ) AS b WHERE b.bound > e.last_sequence) AS bound
        FROM stretch_end AS e
    ),

    gap AS (
        SELECT
            LAG(file_no) OVER (PARTITION BY network, element, stretch ORDER BY island) AS file_no,
            network,
            element,
            LAG(last_sequence) OVER (PARTITION BY network, element, stretch ORDER BY island) AS after_sequence,
            first_sequence AS before_sequence,
            CASE WHEN hole > filled THEN 0 ELSE hole END AS missing,
            CASE WHEN hole > filled THEN 'jump' ELSE 'hole' END AS kind
        FROM counter_island
        UNION ALL
        SELECT file_no, network, element, last_sequence, first_sequence, 0 AS missing, 'repeat' AS kind
        FROM counter_island
        WHERE records > last_sequence - first_sequence + 1
        UNION ALL
        SELECT
            file_no, network, element, last_sequence, next_sequence,
            CASE WHEN bound - 1 - last_sequence <= bound // 100 THEN bound - 1 - last_sequence ELSE 0 END AS missing,
            CASE WHEN bound - 1 - last_sequence <= bound // 100 THEN 'wrap' ELSE 'restart' END AS kind
        FROM stretch_bound WHERE next_sequence IS NOT NULL
        UNION ALL
        SELECT file_no, network, element, NULL AS after_sequence, NULL AS before_sequence, 0 AS missing, 'unclear' AS kind
        FROM likely_counter WHERE is_unclear
    )

    SELECT
        g.file_no, g.element,
        CAST(g.after_sequence AS BIGINT) AS after_sequence,
        CAST(g.before_sequence AS BIGINT) AS before_sequence,
        CAST(g.missing AS BIGINT) AS missing,
        g.kind,
        (
            SELECT MAX(v.hour_utc) FROM volume AS v
            WHERE
                v.file_no = g.file_no
                AND v.element IS NOT DISTINCT FROM COALESCE(g.element, v.element)
                AND v.network IS NOT DISTINCT FROM g.network
                AND g.after_sequence BETWEEN v.sequence_min AND v.sequence_max
        ) AS hour_utc
    FROM gap AS g
    WHERE g.file_no IS NOT NULL
    ORDER BY ALL;
