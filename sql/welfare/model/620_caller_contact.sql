/*---
id = "caller_contact"
title = "How each caller can be rung, with the values of the subscription"
why = "The subscriber is found by the caller's number, else by an IMSI on any leg of the caller's attempts (contract 3.11). Where several IMSIs have a subscription, each value is chosen by itself: a known one before none, then the lowest. All contact numbers are in caller_contact_number."
grain = ["caller_id"]
passing = true

[columns]
caller_id = "VARCHAR"
caller_basis = "VARCHAR"
e164 = "VARCHAR"
imsi = "VARCHAR"
imei14 = "VARCHAR"
contact_e164 = "VARCHAR"
region = "VARCHAR"
network = "VARCHAR"
---*/
WITH caller_seen AS (
    SELECT
        caller_id,
        MIN(
            CASE caller_basis
                WHEN 'number' THEN 1 WHEN 'imsi_link' THEN 2 WHEN 'imei_link' THEN 3 WHEN 'imsi' THEN 4 WHEN 'imei' THEN 5 ELSE 6
            END
        ) AS basis_rank,
        MIN(imsi) AS imsi,
        MIN(imei14) AS imei14,
        MIN(region) AS region,
        MIN(network) AS network
    FROM attempt
    WHERE NOT is_test
    GROUP BY caller_id
),

caller_subscription AS (
    SELECT
        a.caller_id, MIN(u.contact_e164) AS contact_e164, MIN(u.region) AS region, MIN(u.network) AS network
    FROM attempt AS a
    INNER JOIN attempt_leg AS l ON a.attempt_id = l.attempt_id
    INNER JOIN party AS p ON l.record_id = p.record_id
    INNER JOIN subscription AS u ON u.kind = 'imsi' AND p.imsi = u.identity
    WHERE NOT a.is_test
    GROUP BY a.caller_id
)

SELECT
    s.caller_id,
    CASE s.basis_rank
        WHEN 1 THEN 'number' WHEN 2 THEN 'imsi_link' WHEN 3 THEN 'imei_link' WHEN 4 THEN 'imsi' WHEN 5 THEN 'imei' ELSE 'own'
    END AS caller_basis,
    CASE WHEN STARTS_WITH(s.caller_id, '+') THEN s.caller_id END AS e164,
    s.imsi,
    s.imei14,
    COALESCE(n.contact_e164, i.contact_e164) AS contact_e164,
    COALESCE(s.region, n.region, i.region) AS region,
    COALESCE(n.network, i.network, s.network) AS network
FROM caller_seen AS s
LEFT JOIN subscription AS n ON n.kind = 'number' AND s.caller_id = n.identity
LEFT JOIN caller_subscription AS i ON s.caller_id = i.caller_id AND n.identity IS NULL
ORDER BY s.caller_id
