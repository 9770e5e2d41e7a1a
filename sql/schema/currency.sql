/*---
title = "Currencies whose minor unit is not a hundredth"
why = "ISO 4217. Amounts are written in the currency's unit and added in its minor unit; a currency that is not here has hundredths."
[columns]
code = { is = "currency", privacy = "public", as = "id" }
minor_digits = { is = "digits after the point", privacy = "public" }
factor = { is = "minor units in a unit", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS currency (
    code VARCHAR,
    minor_digits INTEGER,
    factor BIGINT
);
