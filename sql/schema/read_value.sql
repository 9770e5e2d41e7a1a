/*---
title = "Strict readers of numbers, ids, truth values and listed words"
why = "A cast guesses: it rounds 5.7, reads 0x1F and drops the rest of a text. These macros read a text or refuse it with a reason. Each gives {value, reason}. An empty text is null without a reason."
---*/
-- Words that exports write where there is no value (contract 2). The program inserts them here from sql/reference/no_value_word.csv,
-- because the macro runs for every value of a log. The longest word has seven letters, so a longer text can fit only if blanks fill it.
CREATE OR REPLACE MACRO memory.main.no_value_words() AS [/* words of no_value_word */];
CREATE OR REPLACE MACRO memory.main.given(t) AS (
    CASE
        WHEN STRLEN(t) > 7 AND t >= '!' AND NOT ENDS_WITH(t, ' ') THEN t
        WHEN LIST_CONTAINS(NO_VALUE_WORDS(), LOWER(TRIM(t))) THEN NULL
        ELSE t
    END
);
-- A spreadsheet writes 61491570156 as 6.14916E+10: the digits are lost.
CREATE OR REPLACE MACRO memory.main.is_spreadsheet_number(t) AS REGEXP_FULL_MATCH(
    t, '[0-9]+[.,][0-9]+[eE][+-]?[0-9]{1,3}|[0-9]+[eE][+-][0-9]{1,3}'
);
-- One log has x1 and the other 'x1, ="x1" or x1 with blanks behind it: one id, one name. Removed are blanks and invisible marks at both
-- ends, then the guard of a spreadsheet or a pair of quotes. What is in the middle stays, and so does = at an end, which base64 has.
-- Most texts have nothing to remove, which a look at their ends shows.
CREATE OR REPLACE MACRO memory.main.is_bare(t) AS NOT (
    t < '(' OR STARTS_WITH(t, '=') OR RIGHT(t, 1) < '!' OR STRLEN(t) <> LENGTH(t)
);
-- The lambda keeps the expression small: a macro would copy its argument to every place of use, and a piece of a log is planned with each.
CREATE OR REPLACE MACRO memory.main.unguarded(t) AS TRIM(REGEXP_REPLACE(
    REGEXP_REPLACE(t, '^[\s\p{Z}\p{Cc}\p{Cf}]+|[\s\p{Z}\p{Cc}\p{Cf}]+$', '', 'g'),
    '^(?:"?="+([^"]*)"+|"([^"]*)"|''([^'']*)''|[''\x{2018}\x{2019}](.*))$', '\1\2\3\4', 's'
));
CREATE OR REPLACE MACRO memory.main.without_guards(t) AS LIST_TRANSFORM([UNGUARDED(t)], LAMBDA bare: NULLIF(TRIM(GIVEN(bare)), ''))[1];
CREATE OR REPLACE MACRO memory.main.bare_text(t) AS CASE WHEN IS_BARE(t) THEN t ELSE WITHOUT_GUARDS(t) END;
-- GIVEN(BARE_TEXT(t)), without a copy of all of it at each place of `given`.
CREATE OR REPLACE MACRO memory.main.given_bare(t) AS CASE WHEN IS_BARE(t) THEN GIVEN(t) ELSE WITHOUT_GUARDS(t) END;
-- A text as it is compared with words that the case or a layout names: `bare` in formats/bare.py is the same in Python.
CREATE OR REPLACE MACRO memory.main.bare_word(t) AS LOWER(CASE WHEN IS_BARE(t) THEN t ELSE UNGUARDED(t) END);
-- `own` maps the source's names, in lower case, to those that are meant.
CREATE OR REPLACE MACRO memory.main.own_name(name, own) AS COALESCE(own[LOWER(name)], name);
-- What a spreadsheet writes in place of a value that it cannot compute. #N/A is a word for no value.
CREATE OR REPLACE MACRO memory.main.is_spreadsheet_error(t) AS (
    STARTS_WITH(t, '#') AND REGEXP_FULL_MATCH(t, '#(REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|NO_VALUE!|DATE!|CALC!|FIELD!|BLOCKED!|ERROR!|GETTING_DATA)', 'i')
);
CREATE OR REPLACE MACRO memory.main.read_text(t) AS (
    CASE WHEN IS_SPREADSHEET_ERROR(t) THEN READING(CAST(NULL AS varchar), 'spreadsheet_error') ELSE READING(BARE_TEXT(t), CAST(NULL AS varchar)) END
);
-- An id. Zeros and -1 mean no id. A rounded number is refused: many ids would become one. Tools without an empty whole number write an
-- IMSI as 505010000000001.0. Ids of fewer digits keep their point, because Asterisk's ids have one.
CREATE OR REPLACE MACRO memory.main.read_bare_id(t) AS (
    CASE
        WHEN REGEXP_FULL_MATCH(TRIM(t), '0+(\.0+)?|-1(\.0+)?') THEN READING(CAST(NULL AS varchar), CAST(NULL AS varchar))
        WHEN IS_SPREADSHEET_NUMBER(TRIM(t)) THEN READING(CAST(NULL AS varchar), 'number_turned_by_spreadsheet')
        WHEN IS_SPREADSHEET_ERROR(t) THEN READING(CAST(NULL AS varchar), 'spreadsheet_error')
        WHEN REGEXP_FULL_MATCH(t, '[0-9]{12,}\.0+') THEN READING(SPLIT_PART(t, '.', 1), CAST(NULL AS varchar))
        ELSE READING(t, CAST(NULL AS varchar))
    END
);
CREATE OR REPLACE MACRO memory.main.read_id(t) AS (
    CASE WHEN IS_BARE(t) THEN READ_BARE_ID(t) ELSE LIST_TRANSFORM([WITHOUT_GUARDS(t)], LAMBDA bare: READ_BARE_ID(bare))[1] END
);
-- A list or an object that is written out as a text, with a number or a URN in it.
CREATE OR REPLACE MACRO memory.main.is_written_list(t) AS REGEXP_MATCHES(t, '(?is)^["''\s]*[\[{].*(?:[0-9]|urn:)');
-- Whether a text is a list or an object that is written out, of several words with one of `words`: which of them is meant cannot be known.
CREATE OR REPLACE MACRO memory.main.is_list_with(t, words) AS (
    REGEXP_MATCHES(t, '^[\s\p{Z}\p{Cc}\p{Cf}=''"\x{2018}\x{2019}]*[\[{]')
    AND LIST_TRANSFORM(
        [LIST_FILTER(LIST_TRANSFORM(
            REGEXP_SPLIT_TO_ARRAY(t, '[,;|]|[''"]\s*:'),
            LAMBDA part: LOWER(REGEXP_REPLACE(
                part, '^[\s\p{Z}\p{Cc}\p{Cf}=''"\x{2018}\x{2019}\\\[\]{}]+|[\s\p{Z}\p{Cc}\p{Cf}''"\x{2018}\x{2019}\\\[\]{}]+$', '', 'g'
            ))
        ), LAMBDA part: part <> '')],
        LAMBDA parts: LEN(parts) > 1 AND LIST_HAS_ANY(parts, words)
    )[1]
);
-- The dialled number or the calling number. Of digits alone nothing is taken off, and no word for no value has any: most are read so,
-- at a tenth of the cost.
CREATE OR REPLACE MACRO memory.main.read_number(t) AS (
    CASE
        WHEN REGEXP_FULL_MATCH(t, '\+?[0-9]+') THEN READING(t, CAST(NULL AS varchar))
        WHEN IS_SPREADSHEET_NUMBER(t) THEN READING(CAST(NULL AS varchar), 'number_turned_by_spreadsheet')
        WHEN IS_SPREADSHEET_ERROR(TRIM(t)) THEN READING(CAST(NULL AS varchar), 'spreadsheet_error')
        WHEN IS_WRITTEN_LIST(t) THEN READING(CAST(NULL AS varchar), 'not_one_value')
        ELSE READING(LIST_TRANSFORM([BARE_NUMBER(t)], LAMBDA bare: GIVEN(bare))[1], CAST(NULL AS varchar))
    END
);
-- A whole number, also in the form 503.0 of tools without an empty whole number.
CREATE OR REPLACE MACRO memory.main.is_whole(t) AS REGEXP_FULL_MATCH(t, '-?[0-9]{1,18}(\.0+)?');
CREATE OR REPLACE MACRO memory.main.whole(t) AS TRY_CAST(SPLIT_PART(t, '.', 1) AS bigint);
CREATE OR REPLACE MACRO memory.main.read_integer(t) AS (
    CASE
        WHEN t IS NULL THEN READING(CAST(NULL AS bigint), CAST(NULL AS varchar))
        WHEN IS_WHOLE(t) THEN READING(WHOLE(t), CAST(NULL AS varchar))
        WHEN IS_SPREADSHEET_NUMBER(t) THEN READING(CAST(NULL AS bigint), 'number_turned_by_spreadsheet')
        ELSE READING(CAST(NULL AS bigint), 'not_a_whole_number')
    END
);
CREATE OR REPLACE MACRO memory.main.read_small_integer(t) AS (
    CASE
        WHEN t IS NULL THEN READING(CAST(NULL AS integer), CAST(NULL AS varchar))
        WHEN
            IS_WHOLE(t) AND TRY_CAST(WHOLE(t) AS integer) IS NOT NULL
            THEN READING(TRY_CAST(WHOLE(t) AS integer), CAST(NULL AS varchar))
        ELSE READING(CAST(NULL AS integer), 'not_a_whole_number')
    END
);
-- A numeric code, such as a Q.850 cause. Outside its limits it is no code. Loggers write zero for none.
CREATE OR REPLACE MACRO memory.main.read_within(t, least, greatest) AS (
    CASE
        WHEN t IS NULL OR REGEXP_FULL_MATCH(t, '0+(\.0+)?') THEN READING(CAST(NULL AS integer), CAST(NULL AS varchar))
        WHEN NOT IS_WHOLE(t) THEN READING(CAST(NULL AS integer), 'not_a_whole_number')
        WHEN WHOLE(t) BETWEEN least AND greatest THEN READING(TRY_CAST(WHOLE(t) AS integer), CAST(NULL AS varchar))
        ELSE READING(CAST(NULL AS integer), 'out_of_range')
    END
);
CREATE OR REPLACE MACRO memory.main.read_decimal(t) AS (
    CASE
        WHEN t IS NULL THEN READING(CAST(NULL AS double), CAST(NULL AS varchar))
        WHEN REGEXP_FULL_MATCH(t, '-?[0-9]{1,15}(\.[0-9]{1,15})?') THEN READING(TRY_CAST(t AS double), CAST(NULL AS varchar))
        ELSE READING(CAST(NULL AS double), 'not_a_decimal')
    END
);
-- An amount: some currencies have three digits after the point, and tools write four.
CREATE OR REPLACE MACRO memory.main.read_money(t) AS (
    CASE
        WHEN t IS NULL THEN READING(CAST(NULL AS decimal(18, 4)), CAST(NULL AS varchar))
        WHEN REGEXP_FULL_MATCH(t, '-?[0-9]{1,14}(\.[0-9]{1,4})?') THEN READING(TRY_CAST(t AS decimal(18, 4)), CAST(NULL AS varchar))
        ELSE READING(CAST(NULL AS decimal(18, 4)), 'not_an_amount')
    END
);
CREATE OR REPLACE MACRO memory.main.read_boolean(t) AS (
    CASE
        WHEN t IS NULL THEN READING(CAST(NULL AS boolean), CAST(NULL AS varchar))
        WHEN LOWER(t) IN ('1', '1.0', 'true', 't', 'yes', 'y') THEN READING(TRUE, CAST(NULL AS varchar))
        WHEN LOWER(t) IN ('0', '0.0', 'false', 'f', 'no', 'n') THEN READING(FALSE, CAST(NULL AS varchar))
        ELSE READING(CAST(NULL AS boolean), 'not_true_or_false')
    END
);
-- A listed word, in upper or lower case. `own` maps the source's words, in lower case, to listed ones. A word that is in neither is
-- unknown and never equal to a listed word.
CREATE OR REPLACE MACRO memory.main.read_listed(word, known) AS (
    CASE
        WHEN word IS NULL OR LIST_CONTAINS(known, word) THEN READING(word, CAST(NULL AS varchar))
        ELSE READING(CAST(NULL AS varchar), 'unknown_code')
    END
);
CREATE OR REPLACE MACRO memory.main.read_code(t, known, own) AS READ_LISTED(COALESCE(own[LOWER(TRIM(t))], LOWER(TRIM(t))), known);
-- Whether a text that is no JSON holds several objects: one after the other, with commas between them, or as an array that is cut.
CREATE OR REPLACE MACRO memory.main.holds_several(line) AS (
    REGEXP_MATCHES(line, '\}\s*\{|^\s*\[\s*\{') OR (REGEXP_MATCHES(line, '^\s*\{.*\},\s*\{') AND JSON_VALID('[' || line || ']'))
);
-- Why a line is not a record; null if it is one JSON object without a repeated key.
CREATE OR REPLACE MACRO memory.main.json_fault(line) AS (
    CASE
        WHEN line IS NULL OR NOT JSON_VALID(line) THEN CASE WHEN HOLDS_SEVERAL(line) THEN 'several_records' ELSE 'not_json' END
        WHEN JSON_TYPE(line) = 'ARRAY' AND JSON_ARRAY_LENGTH(line) > 1 AND JSON_TYPE(line, '$[0]') = 'OBJECT' THEN 'several_records'
        WHEN JSON_TYPE(line) <> 'OBJECT' THEN 'not_an_object'
        WHEN LEN(JSON_KEYS(line)) <> LEN(LIST_DISTINCT(JSON_KEYS(line))) THEN 'duplicate_key'
    END
);
-- The text of a JSON value, of which `t` is the text as DuckDB gives it: a list of one plain value is that value, an empty list or object
-- none. Any other list or object is no value, and its text is marked by U+FDD0, which no log holds.
CREATE OR REPLACE MACRO memory.main.json_text(whole, path, t) AS (
    CASE
        WHEN t < '[' THEN NULLIF(t, '')
        -- Comparisons, because they cost less than STARTS_WITH: this is asked of every record.
        WHEN t < '\'
            THEN CASE
                WHEN JSON_TYPE(whole, path) <> 'ARRAY' THEN t
                WHEN JSON_ARRAY_LENGTH(whole, path) = 0 THEN NULL
                WHEN JSON_ARRAY_LENGTH(whole, path) > 1 OR JSON_TYPE(whole, path || '[0]') IN ('ARRAY', 'OBJECT') THEN CHR(64976) || t
                ELSE NULLIF(JSON_EXTRACT_STRING(whole, path || '[0]'), '')
            END
        WHEN t >= '{' AND t < '|' AND JSON_TYPE(whole, path) = 'OBJECT' THEN CASE WHEN t <> '{}' THEN CHR(64976) || t END
        ELSE t
    END
);
-- A reading of the text `t`; of a list or an object that `json_text` has marked none, nor of marked bytes that are no text.
CREATE OR REPLACE MACRO memory.main.one_value(reading, t) AS (
    CASE
        WHEN NOT STARTS_WITH(t, CHR(64976)) OR t IS NULL THEN reading
        WHEN STARTS_WITH(t, CHR(64976) || '0x') THEN {'value': NULL, 'reason': 'encoding'}
        ELSE {'value': NULL, 'reason': 'not_one_value'}
    END
);
