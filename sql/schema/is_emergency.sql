/*---
title = "Is a record an emergency, or almost one?"
why = "Contract 3.1. bare_number removes what is around a dialled number; then blanks, the signs ()-. and a leading + are removed. The rest must be exactly one of the numbers. URNs are compared unchanged, case ignored. A service category counts too (`service_category.sql`)."
---*/
CREATE OR REPLACE MACRO memory.main.stripped(bare) AS LTRIM(TRANSLATE(bare, ' ()-.', ''), '+');
-- A filler of packed digits (000F), a key that ends a number (000#), digits of another script: the number is there, and not exactly.
CREATE OR REPLACE MACRO memory.main.digits_alone(bare) AS REGEXP_REPLACE(
    TRANSLATE(bare, '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '012345678901234567890123456789'), '[^0-9]+', '', 'g'
);
CREATE OR REPLACE MACRO memory.main.kind_of_bare(bare, numbers, misses) AS (
    CASE
        WHEN bare IS NULL THEN 0
        WHEN LIST_CONTAINS(numbers, STRIPPED(bare)) OR REGEXP_FULL_MATCH(bare, 'urn:service:(test\.)?sos(\..+)?', 'i') THEN 1
        WHEN
            REGEXP_MATCHES(bare, '^[\[{]')
            AND (LIST_HAS_ANY(REGEXP_EXTRACT_ALL(bare, '[0-9]+'), numbers) OR CONTAINS(LOWER(bare), 'urn:service:sos'))
            THEN 3
        WHEN LIST_CONTAINS(misses, STRIPPED(bare)) OR LIST_CONTAINS(numbers, DIGITS_ALONE(bare)) THEN 2
        ELSE 0
    END
);
-- 1: one of `numbers`, or a URN; 2: one of `misses`, which are almost one of `numbers`; 3: it cannot be known, since a spreadsheet wrote
-- an error, or a list or an object is written out that holds one of `numbers`; 0: none of these. Both are lists of texts without a
-- leading +. The cheap tests are made first, because bare_number takes longer than reading the file. `past` is 10 to the power of the
-- longest text's digits, or null: a number of that value or more has too many digits to be one of the texts. `near` is the pattern of
-- `near_pattern` in ingest/literals.py: a text of ASCII without a percent sign that does not match it is of kind 0.
CREATE OR REPLACE MACRO memory.main.kind_of_dialled(dialled, numbers, misses, past, near) AS (
    CASE
        WHEN dialled IS NULL THEN 0
        WHEN TRY_CAST(dialled AS ubigint) >= past THEN 0
        WHEN LIST_CONTAINS(numbers, dialled) THEN 1
        WHEN NOT REGEXP_MATCHES(dialled, near) AND NOT CONTAINS(dialled, '%') AND STRLEN(dialled) = LENGTH(dialled) THEN 0
        WHEN IS_SPREADSHEET_ERROR(TRIM(dialled)) THEN 3
        -- A macro would copy its argument to every place of use, and each copy is computed for every record. A lambda computes it once.
        ELSE LIST_TRANSFORM([BARE_NUMBER(dialled)], LAMBDA bare: KIND_OF_BARE(bare, numbers, misses))[1]
    END
);
-- Whether a dialled text shows that its log keeps leading zeros. Most texts begin with a digit or +; they are tested without a regular
-- expression. A text of zeros alone shows it only as a whole 000.
CREATE OR REPLACE MACRO memory.main.keeps_zero(dialled) AS (
    CASE
        WHEN dialled >= '+' AND dialled < ':' THEN dialled > '0' AND dialled < '1' AND dialled <> '00' AND NOT STARTS_WITH(dialled, '0.0')
        ELSE REGEXP_MATCHES(dialled, '^[^0-9+]*0(?:00|[0-9 ()-]*[1-9])')
    END
);
-- Whether a dialled text begins with a digit, or has one. Most do begin so.
CREATE OR REPLACE MACRO memory.main.has_digit(dialled) AS (
    (dialled >= '0' AND dialled < ':') OR (dialled >= '+' AND dialled < ',') OR REGEXP_MATCHES(dialled, '[0-9]')
);
-- Whether a dialled text is neither a number nor a URN: empty, s, h, i, a name. A list or an object, which json_text marks, is not known.
CREATE OR REPLACE MACRO memory.main.is_no_number(dialled) AS (
    NOT REGEXP_FULL_MATCH(COALESCE(STRIPPED(BARE_NUMBER(dialled)), ''), '[*#]*[0-9][0-9*#]*|urn:.*', 'i')
    AND NOT STARTS_WITH(dialled, CHR(64976))
);
