/*---
title = "Is a record an emergency?"
why = "Contract 3.1. Strings stripped of spaces and ()-. must be exactly one of the numbers; URNs are compared as they stand, case ignored; a service category counts when it is a whole number above 0."
---*/
-- `numbers` is a list of texts. The cheap answers come first: stripping every dialled string triples the time of a scan, looking for what
-- there is to strip doubles it. `past` is 10 to the power of the most digits a number has, or null:
-- no text with so few digits, however spaced, is read as that much or more.
CREATE OR REPLACE MACRO memory.main.is_emergency_number(dialled, numbers, past) AS (
    CASE
        WHEN dialled IS NULL THEN FALSE
        WHEN TRY_CAST(dialled AS ubigint) >= past THEN FALSE
        WHEN LIST_CONTAINS(numbers, dialled) THEN TRUE
        WHEN dialled >= 'U' THEN REGEXP_FULL_MATCH(dialled, 'urn:service:(test\.)?sos(\..+)?', 'i')
        WHEN CONTAINS(dialled, ' ') OR CONTAINS(dialled, '-') OR CONTAINS(dialled, '.') OR CONTAINS(dialled, '(') OR CONTAINS(dialled, ')')
            THEN LIST_CONTAINS(numbers, TRANSLATE(dialled, ' ()-.', ''))
        ELSE FALSE
    END
);
CREATE OR REPLACE MACRO memory.main.is_service_mask(category) AS (
    CASE
        WHEN category IS NULL OR category IN ('', '0') THEN FALSE
        WHEN REGEXP_FULL_MATCH(category, '[0-9]{1,18}') THEN COALESCE(TRY_CAST(category AS integer) > 0, FALSE)
        ELSE FALSE
    END
);
CREATE OR REPLACE MACRO memory.main.is_emergency(dialled, service_category, numbers, past) AS (
    IS_EMERGENCY_NUMBER(dialled, numbers, past) OR IS_SERVICE_MASK(CAST(service_category AS varchar))
);
