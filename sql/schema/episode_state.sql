/*---
title = "The state of an episode"
why = "One rule for the audit and for every figure under another definition. The inputs are the start of the last failed, of the last delivered and of the last undetermined attempt (null if there is none), and whether the centre has the caller in another call. Another engine defines the same name in its own way."
---*/
CREATE OR REPLACE MACRO memory.main.episode_state(failed_at_utc, delivered_at_utc, undetermined_at_utc, is_heard) AS (
    CASE
        WHEN delivered_at_utc >= failed_at_utc OR (failed_at_utc IS NULL AND delivered_at_utc IS NOT NULL) THEN 'reached'
        WHEN is_heard THEN 'reached'
        WHEN undetermined_at_utc >= failed_at_utc OR (failed_at_utc IS NULL AND undetermined_at_utc IS NOT NULL) THEN 'undetermined'
        WHEN failed_at_utc IS NOT NULL THEN 'failed'
        ELSE 'cancelled'
    END
);
