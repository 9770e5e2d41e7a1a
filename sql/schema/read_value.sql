/*---
title = "Strict readers of numbers, truth values and codes"
why = "A cast guesses: it rounds 5.7, reads 0x1F and drops what follows. These take a text or refuse it with a reason. Each gives {value, reason}; an empty text is null without a reason."
---*/
CREATE OR REPLACE MACRO memory.main.reading(content, fault) AS struct_pack(value := content, reason := fault);
-- A spreadsheet writes 61491570156 as 6.14916E+10: the digits are gone for good.
CREATE OR REPLACE MACRO memory.main.is_spreadsheet_number(t) AS regexp_full_match(t, '[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,2}');
CREATE OR REPLACE MACRO memory.main.read_text(t) AS reading(t, CAST(NULL AS VARCHAR));
CREATE OR REPLACE MACRO memory.main.read_digits(t) AS (
    CASE WHEN is_spreadsheet_number(t) THEN reading(CAST(NULL AS VARCHAR), 'number_turned_by_spreadsheet') ELSE reading(t, CAST(NULL AS VARCHAR)) END
);
CREATE OR REPLACE MACRO memory.main.read_integer(t) AS (
    CASE
        WHEN t IS NULL THEN reading(CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR))
        WHEN regexp_full_match(t, '-?[0-9]{1,18}') THEN reading(try_cast(t AS BIGINT), CAST(NULL AS VARCHAR))
        WHEN is_spreadsheet_number(t) THEN reading(CAST(NULL AS BIGINT), 'number_turned_by_spreadsheet')
        ELSE reading(CAST(NULL AS BIGINT), 'not_a_whole_number')
    END
);
CREATE OR REPLACE MACRO memory.main.read_small_integer(t) AS (
    CASE
        WHEN t IS NULL THEN reading(CAST(NULL AS INTEGER), CAST(NULL AS VARCHAR))
        WHEN regexp_full_match(t, '-?[0-9]{1,18}') AND try_cast(t AS INTEGER) IS NOT NULL THEN reading(try_cast(t AS INTEGER), CAST(NULL AS VARCHAR))
        ELSE reading(CAST(NULL AS INTEGER), 'not_a_whole_number')
    END
);
CREATE OR REPLACE MACRO memory.main.read_decimal(t) AS (
    CASE
        WHEN t IS NULL THEN reading(CAST(NULL AS DOUBLE), CAST(NULL AS VARCHAR))
        WHEN regexp_full_match(t, '-?[0-9]{1,15}(\.[0-9]{1,15})?') THEN reading(try_cast(t AS DOUBLE), CAST(NULL AS VARCHAR))
        ELSE reading(CAST(NULL AS DOUBLE), 'not_a_decimal')
    END
);
CREATE OR REPLACE MACRO memory.main.read_money(t) AS (
    CASE
        WHEN t IS NULL THEN reading(CAST(NULL AS DECIMAL(18, 2)), CAST(NULL AS VARCHAR))
        WHEN regexp_full_match(t, '-?[0-9]{1,15}(\.[0-9]{1,2})?') THEN reading(try_cast(t AS DECIMAL(18, 2)), CAST(NULL AS VARCHAR))
        ELSE reading(CAST(NULL AS DECIMAL(18, 2)), 'not_an_amount')
    END
);
CREATE OR REPLACE MACRO memory.main.read_boolean(t) AS (
    CASE
        WHEN t IS NULL THEN reading(CAST(NULL AS BOOLEAN), CAST(NULL AS VARCHAR))
        WHEN lower(t) IN ('1', 'true', 't', 'yes', 'y') THEN reading(true, CAST(NULL AS VARCHAR))
        WHEN lower(t) IN ('0', 'false', 'f', 'no', 'n') THEN reading(false, CAST(NULL AS VARCHAR))
        ELSE reading(CAST(NULL AS BOOLEAN), 'not_true_or_false')
    END
);
CREATE OR REPLACE MACRO memory.main.read_code(t, known) AS (
    CASE
        WHEN t IS NULL OR list_contains(known, lower(t)) THEN reading(lower(t), CAST(NULL AS VARCHAR))
        ELSE reading(CAST(NULL AS VARCHAR), 'unknown_code')
    END
);
-- Why a line is no record; null when it is one JSON object without a key given twice.
CREATE OR REPLACE MACRO memory.main.json_fault(line) AS (
    CASE
        WHEN line IS NULL OR NOT json_valid(line) THEN 'not_json'
        WHEN json_type(line) <> 'OBJECT' THEN 'not_an_object'
        WHEN len(json_keys(line)) <> len(list_distinct(json_keys(line))) THEN 'duplicate_key'
    END
);
