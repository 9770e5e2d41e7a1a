"""Words of the audit that are one of a list: units, severities, how a rule ended."""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts. Two units are never added or compared without a conversion that is itself
    shown."""

    RECORDS = "records"
    ATTEMPTS = "attempts"
    EPISODES = "episodes"
    CALLERS = "callers"
    DEVICES = "devices"
    CHECKS = "checks"
    SERVICES = "services"
    ACCOUNTS = "accounts"
    CALLS = "calls"
    CUSTOMERS = "customers"
    USERS = "users"
    BREACHES = "breaches"
    NOTICES = "notices"
    DUTIES = "duties"
    SECONDS = "seconds"


class Severity(StrEnum):
    """How much a finding weighs, heaviest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class RunStatus(StrEnum):
    """How a rule ended. A rule that failed is never a rule without findings."""

    FINDINGS = "findings"
    CLEAN = "clean"
    NOT_APPLICABLE = "not_applicable"
    FAILED = "failed"
