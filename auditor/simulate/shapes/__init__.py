"""The worlds that can be simulated, one module each."""

from __future__ import annotations
