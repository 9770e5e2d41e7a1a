/*---
title = "Where counters do not go on by one"
why = "An element's sequence is the only witness of records that never reached the file. Runs are put in order within each stretch, so that late records fill their holes; a fall back to 0 or 1 starts a new stretch."
---*/
CREATE OR REPLACE MACRO memory.main.sequence_gaps() AS TABLE
    WITH placed AS (
        SELECT r.*, (SELECT MIN(v.hour_utc) FROM volume AS v WHERE v.file_no = r.file_no) AS file_hour_utc
        FROM sequence_run AS r
    ),

    ordered AS (
        SELECT *, LAG(to_sequence) OVER (PARTITION BY network, element ORDER BY file_hour_utc, file_no, run_no) AS last_sequence
        FROM placed
    ),

    stretched AS (
        SELECT
            *, SUM(CASE WHEN from_sequence <= 1 AND from_sequence < last_sequence THEN 1 ELSE 0 END)
                OVER (PARTITION BY network, element ORDER BY file_hour_utc, file_no, run_no) AS stretch
        FROM ordered
    ),

    followed AS (
        SELECT
            *,
            MAX(to_sequence) OVER (
                PARTITION BY network, element, stretch ORDER BY from_sequence, to_sequence, file_no, run_no
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS after_sequence
        FROM stretched
    ),

    ended AS (
        SELECT network, element, stretch, MAX(to_sequence) AS last_sequence, MAX(file_no) AS file_no, MIN(from_sequence) AS first_sequence
        FROM stretched
        GROUP BY network, element, stretch
    ),

    turned AS (
        SELECT
            e.*, LEAD(e.first_sequence) OVER (PARTITION BY e.network, e.element ORDER BY e.stretch) AS next_sequence,
            (SELECT MIN(b.bound) FROM (
                SELECT CAST(POWER(2, p.range) AS BIGINT) AS bound FROM RANGE(8, 63) AS p
                UNION ALL
                SELECT CAST(POWER(10, p.range) AS BIGINT) AS bound FROM RANGE(3, 19) AS p
            ) AS b WHERE b.bound > e.last_sequence) AS bound
        FROM ended AS e
    ),

    gap AS (
        SELECT
            file_no,
            network,
            element,
            after_sequence,
            from_sequence AS before_sequence,
            from_sequence - after_sequence - 1 AS missing,
            'hole' AS kind
        FROM followed WHERE from_sequence > after_sequence + 1
        UNION ALL
        SELECT
            file_no, network, element, LEAST(after_sequence, to_sequence) AS after_sequence, from_sequence, 0 AS missing, 'repeat' AS kind
        FROM followed
        WHERE from_sequence <= after_sequence
        UNION ALL
        SELECT file_no, network, element, to_sequence, from_sequence, 0 AS missing, 'repeat' AS kind
        FROM followed
        WHERE records > to_sequence - from_sequence + 1
        UNION ALL
        SELECT
            file_no, network, element, last_sequence, next_sequence,
            CASE WHEN bound - 1 - last_sequence <= bound // 100 THEN bound - 1 - last_sequence ELSE 0 END AS missing,
            CASE WHEN bound - 1 - last_sequence <= bound // 100 THEN 'wrap' ELSE 'restart' END AS kind
        FROM turned WHERE next_sequence IS NOT NULL
    )

    SELECT
        g.file_no, g.element, g.after_sequence, g.before_sequence, g.missing, g.kind,
        (
            SELECT MAX(v.hour_utc) FROM volume AS v
            WHERE
                v.file_no = g.file_no
                AND v.element IS NOT DISTINCT FROM COALESCE(g.element, v.element)
                AND v.network IS NOT DISTINCT FROM g.network
                AND g.after_sequence BETWEEN v.sequence_min AND v.sequence_max
        ) AS hour_utc
    FROM gap AS g
    ORDER BY ALL;
