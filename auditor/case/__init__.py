"""The case: a folder with `case.toml` and the logs it names."""

from auditor.case.acceptance import GATES, Acceptance
from auditor.case.declared import declared_rows, regime_tables
from auditor.case.folder import unnamed_files, would_name
from auditor.case.keys import (
    DATABASE,
    FILE,
    FILL_IN,
    INVENTED,
    Case,
    CaseFacts,
    Centre,
    DeclaredOutage,
    Keeping,
    KeyDescription,
    Narrowing,
    Service,
    Source,
    describe_keys,
)
from auditor.case.published import where_in_section, where_of
from auditor.case.reader import file_name, read_case, read_source, source_files, where_in
from auditor.case.reconciliation import DeclaredClaim, DeclaredDefinition, DeclaredExclusion, Switches

__all__ = [
    "DATABASE",
    "FILE",
    "FILL_IN",
    "GATES",
    "INVENTED",
    "Acceptance",
    "Case",
    "CaseFacts",
    "Centre",
    "DeclaredClaim",
    "DeclaredDefinition",
    "DeclaredExclusion",
    "DeclaredOutage",
    "Keeping",
    "KeyDescription",
    "Narrowing",
    "Service",
    "Source",
    "Switches",
    "declared_rows",
    "describe_keys",
    "file_name",
    "read_case",
    "read_source",
    "regime_tables",
    "source_files",
    "unnamed_files",
    "where_in",
    "where_in_section",
    "where_of",
    "would_name",
]
