"""The contract once more, in plain Python and by brute force, so that the SQL model has somebody to disagree
with."""
