"""Counts the emergency calls that failed to reach the service centre, whose they were, and who was checked on."""

__version__ = "0.1.0"
