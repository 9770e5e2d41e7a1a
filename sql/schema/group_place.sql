/*---
title = "The place of a fault that the states of the four groups name"
why = "Contract 5.3. A null means that the state of this group does not matter; states that no row has name no place."
[columns]
pattern = { is = "number of the row", privacy = "public" }
state_a = { is = "state of group A", privacy = "public" }
state_b = { is = "state of group B", privacy = "public" }
state_c = { is = "state of group C", privacy = "public" }
state_d = { is = "state of group D", privacy = "public" }
place = { is = "the place that they name", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS group_place (
    pattern VARCHAR,
    state_a VARCHAR,
    state_b VARCHAR,
    state_c VARCHAR,
    state_d VARCHAR,
    place VARCHAR
);
