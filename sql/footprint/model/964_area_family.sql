/*---
id = "area_family"
title = "The p value of each area, adjusted over all areas of its footprint that were tested"
why = "Of a hundred healthy areas five fail a test at 0.05: Benjamini and Hochberg keep the share of such among those called failing (contract 5.4)."
grain = ["footprint_no", "area"]

[columns]
footprint_no = "INTEGER"
area = "VARCHAR"
p = { type = "DOUBLE", is = "p value; null where nothing could be tested", privacy = "public" }
q = { type = "DOUBLE", is = "p value after Benjamini and Hochberg, over the footprint", privacy = "public" }

[[test]]
name = "benjamini_hochberg"
of = ["p"]
within = ["footprint_no"]
gives = "q"
---*/
SELECT footprint_no, area, COALESCE(attempts_p, complaints_p) AS p
FROM area_test
ORDER BY footprint_no, area
