/*---
id = "OC-008"
title = "A mandatory duty of notice that was not fulfilled"
severity = "high"
clause = "outage_notice"
why = "Each duty names whom to notify, from when, within what time, by which channel and with what; the row says what is wrong and which clause it is from."
false_positives = ["The notice is in a log that was not handed over.", "The clause is printed as not verified, and says otherwise."]
grain = ["outage_id", "duty_no"]
requires = ["notifications", "addressed notices"]

[columns]
outage_id = "VARCHAR"
duty_no = "INTEGER"
duty_id = "VARCHAR"
audience = "VARCHAR"
clause = "VARCHAR"
status = "VARCHAR"
due_at_utc = "TIMESTAMP"
sent_at_utc = "TIMESTAMP"
---*/
SELECT outage_id, duty_no, duty_id, audience, clause, status, due_at_utc, sent_at_utc
FROM duty_status
WHERE is_mandatory AND status IN ('missing', 'misaddressed', 'late', 'lacks_fields')
ORDER BY outage_id, duty_no
