"""The case: a folder with `case.toml` and the logs it names."""

from auditor.case.keys import (
    DATABASE,
    FILE,
    ROLES,
    Case,
    CaseFacts,
    Centre,
    DeclaredOutage,
    KeyDescription,
    Narrowing,
    Source,
    describe_keys,
)
from auditor.case.reader import read_case, source_files

__all__ = [
    "DATABASE",
    "FILE",
    "ROLES",
    "Case",
    "CaseFacts",
    "Centre",
    "DeclaredOutage",
    "KeyDescription",
    "Narrowing",
    "Source",
    "describe_keys",
    "read_case",
    "source_files",
]
