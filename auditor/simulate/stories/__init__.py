"""Small stories, each of one caller or two, each settled by the contract alone.

A story is a pure function of its stage. The first line of its docstring is what happened, in words.
"""

from __future__ import annotations
