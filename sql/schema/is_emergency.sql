/*---
title = "Is a record an emergency?"
why = "Contract 3.1. Strings stripped of spaces and ()-. must be exactly one of the numbers; URNs are compared as they stand, case ignored; a service category counts when it is a whole number above 0."
---*/
-- `numbers` is a list of texts. The cheap answer comes first: stripping every dialled string triples the time of a scan.
CREATE OR REPLACE MACRO memory.main.is_emergency_number(dialled, numbers) AS (
    CASE
        WHEN dialled IS NULL THEN FALSE
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
CREATE OR REPLACE MACRO memory.main.is_emergency(dialled, service_category, numbers) AS (
    IS_EMERGENCY_NUMBER(dialled, numbers) OR IS_SERVICE_MASK(CAST(service_category AS varchar))
);
