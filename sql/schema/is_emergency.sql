/*---
title = "Is a record an emergency?"
why = "Contract 3.1. Strings stripped of spaces and ()-. must be exactly one of the numbers; URNs are compared as they stand, case ignored; a service category counts when it is a whole number above 0."
---*/
-- `numbers` is a list of texts. The cheap answer comes first: stripping every dialled string triples the time of a scan.
CREATE OR REPLACE MACRO memory.main.is_emergency_number(dialled, numbers) AS (
    CASE
        WHEN dialled IS NULL THEN false
        WHEN list_contains(numbers, dialled) THEN true
        WHEN dialled >= 'U' THEN regexp_full_match(dialled, 'urn:service:(test\.)?sos(\..+)?', 'i')
        WHEN contains(dialled, ' ') OR contains(dialled, '-') OR contains(dialled, '.') OR contains(dialled, '(') OR contains(dialled, ')')
            THEN list_contains(numbers, translate(dialled, ' ()-.', ''))
        ELSE false
    END
);
CREATE OR REPLACE MACRO memory.main.is_service_mask(category) AS (
    CASE
        WHEN category IS NULL OR category IN ('', '0') THEN false
        WHEN regexp_full_match(category, '[0-9]{1,18}') THEN coalesce(try_cast(category AS INTEGER) > 0, false)
        ELSE false
    END
);
CREATE OR REPLACE MACRO memory.main.is_emergency(dialled, service_category, numbers) AS (
    is_emergency_number(dialled, numbers) OR is_service_mask(CAST(service_category AS VARCHAR))
);
