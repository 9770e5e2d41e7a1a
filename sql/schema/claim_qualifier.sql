/*---
title = "How a published figure with its qualifier is read: the least and the greatest count that it agrees with"
why = "About is up to half of what the figure was rounded to, and at most a fifth of it: nobody calls 64 about 100. Nearly is up to one unit of its last digit below it, and at most a tenth. The rest are bounds."
[columns]
qualifier = { is = "how exact the publisher called it", privacy = "public" }
least_shift = { is = "added to the figure for the least count, before the margin is taken away; null: the least is 0", privacy = "public" }
greatest_shift = { is = "added to the figure for the greatest count; null: there is no greatest", privacy = "public" }
step_divisor = { is = "the margin is at most one unit of its last digit that is not zero, divided by this; null: no margin", privacy = "public" }
figure_divisor = { is = "the margin is at most the figure divided by this", privacy = "public" }
least_margin = { is = "the margin by the figure is at least this", privacy = "public" }
is_both_ways = { is = "the margin is added to the greatest count too", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS claim_qualifier (
    qualifier VARCHAR,
    least_shift INTEGER,
    greatest_shift INTEGER,
    step_divisor INTEGER,
    figure_divisor INTEGER,
    least_margin INTEGER,
    is_both_ways BOOLEAN
);
