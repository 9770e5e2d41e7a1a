/*---
title = "What a service category says"
why = "Contract 3.1. A category is a mask of services; one that is not zero makes a call an emergency. It is read without the guards of spreadsheets, as ids are, and 0x before it makes it a hexadecimal number. A list, an error of a spreadsheet or a damaged number may be one; so may a word where no number was dialled."
---*/
CREATE OR REPLACE MACRO memory.main.mask_of_bare(bare) AS (
    CASE
        WHEN IS_WHOLE(bare) THEN WHOLE(bare)
        WHEN REGEXP_FULL_MATCH(bare, '0x[0-9a-f]{1,8}', 'i') THEN TRY_CAST(LOWER(bare) AS bigint)
    END
);
CREATE OR REPLACE MACRO memory.main.kind_of_bare_category(bare) AS (
    CASE
        WHEN bare IS NULL THEN 0
        WHEN MASK_OF_BARE(bare) > 0 THEN 1
        WHEN MASK_OF_BARE(bare) IS NOT NULL THEN 0
        WHEN REGEXP_MATCHES(bare, '[0-9#\x{FDD0}]') THEN 3
        ELSE 4
    END
);
-- 1: an emergency; 0: none; 3: it cannot be known; 4: a word, which says nothing beside a number that was dialled. Most categories are empty or zero, which is asked first.
CREATE OR REPLACE MACRO memory.main.kind_of_category(category) AS (
    CASE
        WHEN category IS NULL OR category IN ('', '0') THEN 0
        ELSE LIST_TRANSFORM([GIVEN_BARE(category)], LAMBDA bare: KIND_OF_BARE_CATEGORY(bare))[1]
    END
);
CREATE OR REPLACE MACRO memory.main.read_bare_category(bare) AS (
    CASE
        WHEN bare IS NULL THEN READING(CAST(NULL AS integer), CAST(NULL AS varchar))
        WHEN MASK_OF_BARE(bare) IS NULL THEN READING(CAST(NULL AS integer), 'not_a_whole_number')
        WHEN TRY_CAST(MASK_OF_BARE(bare) AS integer) IS NULL THEN READING(CAST(NULL AS integer), 'out_of_range')
        ELSE READING(TRY_CAST(MASK_OF_BARE(bare) AS integer), CAST(NULL AS varchar))
    END
);
CREATE OR REPLACE MACRO memory.main.read_category(t) AS LIST_TRANSFORM([GIVEN_BARE(t)], LAMBDA bare: READ_BARE_CATEGORY(bare))[1];
