/*---
id = "number"
title = "Every number text of the logs, read into E.164"
why = "Each text is read once, so the same person is the same caller in every log (contract 3.4). Regular spellings are read here. The library of numbering plans reads the rest."
grain = ["number_text"]
solve = "numbering"

[params.country_code]
type = "text"
unit = "digits"
default = ""
why = "Country code of the plan in which national numbers are read. It follows from the case's country."
[params.trunk_prefix]
type = "text"
unit = "digits"
default = ""
why = "Prefix of national dialling."
[params.international_prefix]
type = "text"
unit = "digits"
default = ""
why = "Prefix of international dialling."
[params.regular_number]
type = "text"
unit = "regular expression"
default = ""
why = "Pattern of national significant numbers whose every spelling is unambiguous. Empty: the library reads all numbers."

[columns]
number_text = "VARCHAR"
e164 = "VARCHAR"
reading = "VARCHAR"
---*/
WITH logged_text AS (
    SELECT calling_number AS number_text FROM attempt_record
    UNION ALL
    SELECT calling_number FROM centre_record
    UNION ALL
    SELECT calling_number FROM welfare_record
    UNION ALL
    SELECT calling_number FROM subscriber
    UNION ALL
    SELECT contact_number FROM subscriber
    UNION ALL
    SELECT calling_number FROM complaint
    UNION ALL
    SELECT number_text FROM test_number
),

stripped_text AS (
    SELECT DISTINCT
        number_text,
        LOWER(TRANSLATE(number_text, ' ()-./', '')) AS spelled
    FROM logged_text
    WHERE number_text IS NOT NULL
),

text_with_national AS (
    SELECT
        number_text,
        spelled,
        CASE
            WHEN $regular_number = '' THEN ''
            ELSE REGEXP_EXTRACT(
                spelled,
                '^(?:\+' || $country_code || '|' || $international_prefix || $country_code
                || '|' || $country_code || '|' || $trunk_prefix || '|)(' || $regular_number || ')\z',
                1
            )
        END AS national
    FROM stripped_text
),

text_reading AS (
    SELECT
        s.number_text,
        s.national,
        CASE
            WHEN s.spelled = '' OR w.word IS NOT NULL THEN 'withheld'
            WHEN
                REGEXP_MATCHES(s.spelled, '^\+?[0-9]+\z') AND REPLACE(LTRIM(s.spelled, '+'), RIGHT(s.spelled, 1), '') = ''
                THEN 'withheld'
            WHEN s.national = '' THEN 'irregular'
            WHEN STARTS_WITH(s.spelled, '+') THEN 'plus'
            WHEN LENGTH(s.spelled) = LENGTH(s.national) THEN 'national'
            WHEN s.spelled = $trunk_prefix || s.national THEN 'national'
            WHEN s.spelled = $country_code || s.national THEN 'country_code'
            ELSE 'international'
        END AS reading
    FROM text_with_national AS s
    LEFT JOIN withheld_word AS w ON s.spelled = w.word
)

SELECT
    number_text,
    CASE WHEN reading <> 'withheld' AND national <> '' THEN '+' || $country_code || national END AS e164,
    reading
FROM text_reading
ORDER BY number_text
