/*---
title = "What each Q.850 cause says of an emergency call"
why = "One row a cause from 1 to 127, those that no list assigns too, so that a join finds each. Titles: ITU-T Q.850 table 1."
[columns]
code = "Q.850 cause"
title = "title in Q.850, or unassigned"
class = "class of Q.850"
is_network_failure = "without a SIP status: the network refused or lost the call (contract 3.8)"
is_caller_release = "where no leg was answered: the caller let go"
is_subscription_refusal = "refused for want of a subscription, a credential or credit"
---*/
CREATE TABLE IF NOT EXISTS cause_code (
    code INTEGER,
    title VARCHAR,
    class VARCHAR,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN,
    is_subscription_refusal BOOLEAN
);
