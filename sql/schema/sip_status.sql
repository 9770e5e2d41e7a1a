/*---
title = "The meaning of each SIP status for an emergency call"
why = "One row for each status from 100 to 699, unassigned ones included, so a join finds every status. Titles: IANA's registry of SIP response codes."
[columns]
code = { is = "SIP status", privacy = "public" }
title = "title in IANA's registry, or unassigned"
class = { is = "class of RFC 3261", privacy = "public" }
is_final = { is = "ends an attempt: neither provisional nor a request for credentials", privacy = "public" }
is_ringing = { is = "a phone was ringing", privacy = "public" }
is_refusal = { is = "the leg was refused", privacy = "public" }
is_network_failure = { is = "as a final status: the network refused or lost the call", privacy = "public" }
is_caller_release = { is = "as a final status: the caller hung up", privacy = "public" }
is_subscription_refusal = { is = "refused because a subscription, a credential or credit was missing", privacy = "public" }
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
