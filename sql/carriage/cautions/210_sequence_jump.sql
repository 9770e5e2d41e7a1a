/*---
title = "Sequence numbers that jump or start again"
sentence = "The sequence numbers of {names} jump, start again or are scattered: whether records are missing there cannot be seen."
others = "other counter(s)"
grain = ["name"]

[columns]
name = "VARCHAR"
---*/
-- a wrap that leaves no number out is the counter's own end
SELECT DISTINCT CASE WHEN element <> '' THEN element ELSE path END AS name
FROM counter_break
WHERE kind IN ('jump', 'restart', 'unclear') OR (kind = 'wrap' AND missing > 0)
ORDER BY name
