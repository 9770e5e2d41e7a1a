/*---
title = "What each SIP status says of an emergency call"
why = "One row a status from 100 to 699, those that no list assigns too, so that a join finds each. Titles: IANA's registry of SIP response codes."
[columns]
code = "SIP status"
title = "title in IANA's registry, or unassigned"
class = "class of RFC 3261"
is_final = "ends an attempt: neither provisional nor a demand for credentials"
is_ringing = "somebody was being rung"
is_refusal = "the leg was refused (contract 3.2)"
is_network_failure = "as a final status: the network refused or lost the call (contract 3.8)"
is_caller_release = "as a final status: the caller let go"
is_subscription_refusal = "refused for want of a subscription, a credential or credit"
---*/
CREATE TABLE IF NOT EXISTS sip_status (
    code INTEGER,
    title VARCHAR,
    class VARCHAR,
    is_final BOOLEAN,
    is_ringing BOOLEAN,
    is_refusal BOOLEAN,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN,
    is_subscription_refusal BOOLEAN
);
