/*---
title = "Routes that lead to a service centre"

[columns]
route = "a route"
---*/
CREATE TABLE IF NOT EXISTS centre_route (
    centre VARCHAR,
    route VARCHAR
)
