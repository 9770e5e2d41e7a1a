"""Free queries on a case: one at a time, each in a process of its own, on a snapshot, so they cannot harm the
case."""
