"""Where the reports find the texts made safe; the rules are in `auditor.text`."""

from auditor.text import plain_text, safe_text

__all__ = ["plain_text", "safe_text"]
