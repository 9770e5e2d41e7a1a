/*---
title = "How far a failed attempt came"
why = "The first that applies is an attempt's stage. A stage that names a place says by itself whose fault it was, where nearly all failures share it."
[columns]
stage = { is = "how far a failed attempt came", privacy = "public" }
title = "stage in words"
place = { is = "place of the fault that it names; null: it names none", privacy = "public" }
---*/
CREATE TABLE IF NOT EXISTS failure_stage (
    stage VARCHAR,
    title VARCHAR,
    place VARCHAR
);
