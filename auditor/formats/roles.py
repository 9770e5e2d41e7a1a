"""The roles that a source can have, as the domains below `sql/` name them: which columns each has, and which it cannot do without."""

from __future__ import annotations

from auditor.domains import Role, roles

ROLES = roles()

__all__ = ["ROLES", "Role"]
