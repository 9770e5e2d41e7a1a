/*---
title = "What each Q.850 cause says of an emergency call"
why = "One row a cause from 1 to 127, those that no list assigns too, so that a join finds each. Titles: ITU-T Q.850 table 1."
[columns]
code = { is = "Q.850 cause", privacy = "public" }
title = "title in Q.850, or unassigned"
class = { is = "class of Q.850", privacy = "public" }
is_network_failure = { is = "without a SIP status: the network refused or lost the call (contract 3.8)", privacy = "public" }
is_caller_release = { is = "where no leg was answered: the caller let go", privacy = "public" }
is_subscription_refusal = { is = "refused for want of a subscription, a credential or credit", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS cause_code (
    code INTEGER,
    title VARCHAR,
    class VARCHAR,
    is_network_failure BOOLEAN,
    is_caller_release BOOLEAN,
    is_subscription_refusal BOOLEAN
);
