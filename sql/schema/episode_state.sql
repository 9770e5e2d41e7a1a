/*---
title = "What became of an episode"
why = "One meaning for the audit and for every figure under another definition (contract 3.9). Given are the starts of the last attempt that failed, was delivered or is undetermined, null where there is none, and whether the centre heard from the caller otherwise; another engine gives the name its own definition."
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
