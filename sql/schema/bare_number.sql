/*---
title = "A dialled number without the marks that switches, proxies and spreadsheets put around it"
why = "Contract 2, dialled and calling. A proxy logs <sip:000@host;user=phone>, a spreadsheet puts an apostrophe before 000, an address book adds invisible marks. In all of them the call was to 000."
---*/
-- Removed in this order: invisible marks, quotes and apostrophes; a display name and angle brackets; scheme, host and parameters; percent
-- codes; a fraction of zero. A URN is not changed.
CREATE OR REPLACE MACRO memory.main.bare_number(t) AS NULLIF(TRIM(REGEXP_REPLACE(
    REGEXP_REPLACE(REGEXP_REPLACE(
        REGEXP_REPLACE(
            REGEXP_REPLACE(
                REGEXP_REPLACE(
                    REGEXP_REPLACE(
                        t,
                        '^\s+|\s+$|[\p{Cc}\p{Cf}"''=`\x{00A0}\x{00AD}\x{2000}-\x{200F}\x{2018}-\x{201F}\x{2028}-\x{202F}\x{205F}-\x{206F}\x{3000}\x{FEFF}]',
                        '', 'g'
                    ),
                    '^[^<]*<([^<>]*).*$', '\1', 's'
                ),
                '^(?:(urn:[^;?@]*)|sips?:([^@;?:]*)|tel:([^;?]*)|([^@;?]*)).*$', '\1\2\3\4', 'is'
            ),
            '%3([0-9])', '\1', 'g'
        ), '%2B', '+', 'gi'), '%2[089DE]', ' ', 'gi'),
    '^(\+?[0-9]+)\.0+$', '\1'
)), '');
