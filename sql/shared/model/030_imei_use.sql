/*---
id = "imei_use"
title = "How many numbers and subscriptions each IMEI was seen with"
why = "An IMEI identifies nobody if more than two numbers or IMSIs share it, or if it is a placeholder (contract 3.5)."
grain = ["imei14"]

[params.shared_imei_over]
type = "integer"
unit = "numbers or IMSIs"
default = 2
min = 1
why = "An IMEI seen with more numbers or more IMSIs than this links no records."

[columns]
imei14 = "VARCHAR"
numbers = "BIGINT"
imsis = "BIGINT"
is_placeholder = "BOOLEAN"
is_linkable = "BOOLEAN"
---*/
WITH imei_count AS (
    SELECT
        imei14,
        COUNT(DISTINCT e164) AS numbers,
        COUNT(DISTINCT imsi) AS imsis,
        REPLACE(imei14, LEFT(imei14, 1), '') = '' OR STARTS_WITH(imei14, '00000000') AS is_placeholder
    FROM sighting
    WHERE imei14 IS NOT NULL
    GROUP BY imei14
)

SELECT
    imei14,
    numbers,
    imsis,
    is_placeholder,
    NOT is_placeholder AND numbers <= $shared_imei_over AND imsis <= $shared_imei_over AS is_linkable
FROM imei_count
ORDER BY imei14
