"""Small stories, each with one or two callers. The contract alone decides each.

A story is a pure function of its stage. The first paragraph of its docstring says what happened.
"""

from __future__ import annotations
