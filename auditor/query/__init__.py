"""Questions that nobody foresaw: one query at a time, in a process of its own, on a snapshot that cannot harm
the case."""
