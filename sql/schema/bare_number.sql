/*---
title = "A number as it was meant: what switches, proxies and spreadsheets put around it is taken off"
why = "Contract 2, dialled and calling. A proxy logs <sip:000@host;user=phone>, a spreadsheet guards 000 by an apostrophe, an address book adds marks that nobody sees: the call was to 000 all the same."
---*/
-- In this order: marks that are not shown, quotes and guards; a display name and angle brackets; scheme, host and parameters; signs
-- written as percent and hexadecimal digits; a fraction of zero. A URN is left as it is.
CREATE OR REPLACE MACRO memory.main.bare_number(t) AS NULLIF(TRIM(REGEXP_REPLACE(
    REGEXP_REPLACE(REGEXP_REPLACE(
        REGEXP_REPLACE(
            REGEXP_REPLACE(
                REGEXP_REPLACE(
                    REGEXP_REPLACE(
                        t,
                        '^\s+|\s+$|["''=`\x{00A0}\x{00AD}\x{2000}-\x{200F}\x{2018}-\x{201F}\x{2028}-\x{202F}\x{205F}-\x{206F}\x{3000}\x{FEFF}]',
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
