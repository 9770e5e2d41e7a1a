/*---
title = "Is a record an emergency, or almost one?"
why = "Contract 3.1. What is left of a dialled text when all around the number is taken off (bare_number), stripped of spaces and ()-. and of a leading +, must be exactly one of the numbers; URNs are compared as they stand, case ignored; a service category counts when it is a whole number above 0."
---*/
CREATE OR REPLACE MACRO memory.main.stripped(bare) AS LTRIM(TRANSLATE(bare, ' ()-.', ''), '+');
CREATE OR REPLACE MACRO memory.main.kind_of_bare(bare, numbers, misses) AS (
    CASE
        WHEN bare IS NULL THEN 0
        WHEN LIST_CONTAINS(numbers, STRIPPED(bare)) OR REGEXP_FULL_MATCH(bare, 'urn:service:(test\.)?sos(\..+)?', 'i') THEN 1
        WHEN LIST_CONTAINS(misses, STRIPPED(bare)) THEN 2
        ELSE 0
    END
);
-- 1: one of `numbers`, or a URN; 2: one of `misses`, which almost are one of them; 0: neither. Both are lists of texts without a leading +.
-- The cheap answers come first: to take off what may stand around a number costs more than to read the file. `past` is 10 to the power of
-- the most digits of any of them, or null: no text with so few digits, however spaced, is read as that much or more. A text without a
-- percent sign that `near` does not match (`near_pattern` in ingest/literals.py) holds neither a URN nor any of them.
CREATE OR REPLACE MACRO memory.main.kind_of_dialled(dialled, numbers, misses, past, near) AS (
    CASE
        WHEN dialled IS NULL THEN 0
        WHEN TRY_CAST(dialled AS ubigint) >= past THEN 0
        WHEN LIST_CONTAINS(numbers, dialled) THEN 1
        WHEN NOT REGEXP_MATCHES(dialled, near) AND NOT CONTAINS(dialled, '%') THEN 0
        -- A lambda holds what a macro would write out at every mention; what stands twice is worked out for every record, needed or not.
        ELSE LIST_TRANSFORM([BARE_NUMBER(dialled)], LAMBDA bare: KIND_OF_BARE(bare, numbers, misses))[1]
    END
);
-- Whether a dialled text shows that its log keeps leading zeros. What begins with a digit or + is judged without a regular expression: most
-- texts do. Zeros alone show nothing but as a whole 000.
CREATE OR REPLACE MACRO memory.main.keeps_zero(dialled) AS (
    CASE
        WHEN dialled >= '+' AND dialled < ':' THEN dialled > '0' AND dialled < '1' AND dialled <> '00' AND NOT STARTS_WITH(dialled, '0.0')
        ELSE REGEXP_MATCHES(dialled, '^[^0-9+]*0(?:00|[0-9 ()-]*[1-9])')
    END
);
CREATE OR REPLACE MACRO memory.main.is_service_mask(category) AS (
    CASE
        WHEN category IS NULL OR category IN ('', '0') THEN FALSE
        WHEN REGEXP_FULL_MATCH(category, '[0-9]{1,18}(\.0+)?') THEN COALESCE(TRY_CAST(SPLIT_PART(category, '.', 1) AS integer) > 0, FALSE)
        ELSE FALSE
    END
);
