/*---
title = "The meaning of each Q.850 cause for an emergency call"
why = "One row for each cause from 1 to 127, unassigned ones included, so a join finds every cause. Titles: ITU-T Q.850 table 1."
[columns]
code = { is = "Q.850 cause", privacy = "public" }
title = "title in Q.850, or unassigned"
class = { is = "class of Q.850", privacy = "public" }
is_network_failure = { is = "if there is no SIP status: the network refused or lost the call", privacy = "public" }
is_caller_release = { is = "if no leg was answered: the caller hung up", privacy = "public" }
is_subscription_refusal = { is = "refused because a subscription, a credential or credit was missing", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS cause_code (
    code INTEGER,
    title VARCHAR,
    class VARCHAR,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN,
    is_subscription_refusal BOOLEAN
);
